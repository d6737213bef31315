import { FactField, Means, Personal, Touchpoint } from '../declare.js';
import { Id, Label, ListOf, Nested, Optional, SevenPoints, Text } from '../fields.js';
import { STEP } from '../steps.js';
import { Money } from './money.js';

/** One thing that the customer needs. */
export class Need {
  @FactField() @Label() readonly category!: string;
  @Personal() @Optional() @Text() readonly description?: string | null;
}

@Touchpoint({
  name: 'NeedsIdentified',
  version: 1,
  step: STEP.NeedsIdentified,
  means: 'What the customer wants, and how well they expect it to be met.',
})
export class NeedsIdentified {
  @FactField() @Id() readonly contactId!: string;
  @Means('Each need of the customer.')
  @FactField()
  @ListOf(() => Need)
  readonly needs!: readonly Need[];
  @FactField() @Optional() @Id() readonly issueId?: string | null;
  @Means('What the customer expects, 1–7: satisfaction is measured against it.')
  @FactField()
  @Optional()
  @SevenPoints()
  readonly expectation?: number | null;
  @Means('What the customer is ready to spend.')
  @FactField()
  @Optional()
  @Nested(() => Money)
  readonly budget?: Money | null;
}

import { FactField, Personal, Touchpoint } from '../declare.js';
import { Id, Label, Nested, Optional, Text } from '../fields.js';
import { STEP } from '../steps.js';
import { Money } from './money.js';

/** Step 3, meet the need: the company says that the issue is solved. The customer has yet to agree. */
@Touchpoint({ name: 'ResolutionProvided', version: 1, step: STEP.ResolutionProvided })
export class ResolutionProvided {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Optional() @Id() readonly agentId?: string | null;
  @Personal() @Optional() @Text() readonly resolution?: string | null;
  @FactField() @Optional() @Nested(() => Money) readonly compensation?: Money | null;
}

/** Step 4, nothing left undone: the customer agrees that the issue is solved. Only this makes it so. */
@Touchpoint({ name: 'ResolutionConfirmed', version: 1, step: STEP.ResolutionConfirmed })
export class ResolutionConfirmed {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
}

/** What was taken for solved is not: the customer is back for the same. */
@Touchpoint({ name: 'IssueReopened', version: 1, step: STEP.IssueReopened })
export class IssueReopened {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

/** The file is put away, solved or not; a clock that still runs ends here. */
@Touchpoint({ name: 'IssueClosed', version: 1, step: STEP.IssueClosed })
export class IssueClosed {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

import { FactField, Means, Personal, Touchpoint } from '../declare.js';
import { Id, Label, Nested, Optional, Text } from '../fields.js';
import { STEP } from '../steps.js';
import { Money } from './money.js';

@Touchpoint({
  name: 'ResolutionProvided',
  version: 1,
  step: STEP.ResolutionProvided,
  means:
    'The company says that the issue is solved; the clock of the SLA stops. The customer has not agreed yet.',
})
export class ResolutionProvided {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Optional() @Id() readonly agentId?: string | null;
  @Means('What was done. Stored encrypted.')
  @Personal()
  @Optional()
  @Text()
  readonly resolution?: string | null;
  @Means('What the customer was given for the trouble.')
  @FactField()
  @Optional()
  @Nested(() => Money)
  readonly compensation?: Money | null;
}

@Touchpoint({
  name: 'ResolutionConfirmed',
  version: 1,
  step: STEP.ResolutionConfirmed,
  means: 'The customer agrees that the issue is solved.',
})
export class ResolutionConfirmed {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
}

@Touchpoint({
  name: 'IssueReopened',
  version: 1,
  step: STEP.IssueReopened,
  means:
    'A resolved or closed issue is open again, because the customer came back with it. A new SLA period begins.',
})
export class IssueReopened {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

@Touchpoint({
  name: 'IssueClosed',
  version: 1,
  step: STEP.IssueClosed,
  means: 'The issue is closed, solved or not. A clock that still runs ends here.',
})
export class IssueClosed {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Optional() @Label(500) readonly reason?: string | null;
}

import { FactField, Means, Personal, Touchpoint } from '../declare.js';
import { Id, Label, OneOf, Optional, Sentiment, Text } from '../fields.js';
import { STEP } from '../steps.js';
import { SEVERITIES, type Severity } from '../words.js';

@Touchpoint({
  name: 'IssueRaised',
  version: 1,
  step: STEP.IssueRaised,
  means:
    'The customer has a problem or a request. It stays open until it is resolved, over any number of contacts. The clock of the SLA starts.',
})
export class IssueRaised {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Label() readonly category!: string;
  @FactField() @OneOf(SEVERITIES) readonly severity!: Severity;
  @Personal() @Optional() @Text() readonly description?: string | null;
  @FactField() @Optional() @Sentiment() readonly sentiment?: number | null;
  @FactField() @Optional() @Id() readonly team?: string | null;
}

@Touchpoint({
  name: 'IssueAssigned',
  version: 1,
  step: STEP.IssueAssigned,
  means: 'An agent or a team takes the issue on.',
})
export class IssueAssigned {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly agentId?: string | null;
  @FactField() @Optional() @Id() readonly team?: string | null;
}

/** Whose move it is while an issue waits. */
export const WAITING_ON = ['customer', 'vendor', 'internal'] as const;

@Touchpoint({
  name: 'IssueWaiting',
  version: 1,
  step: STEP.IssueWaiting,
  means:
    'Work on the issue waits for somebody. The SLA policy says for whom its clock stops; by default only while it waits for the customer.',
})
export class IssueWaiting {
  @FactField() @Id() readonly issueId!: string;
  @Means('Whom the issue waits for. With the default SLA policy the clock stops for `customer` only.')
  @FactField()
  @OneOf(WAITING_ON)
  readonly on!: (typeof WAITING_ON)[number];
}

@Touchpoint({
  name: 'IssueResumed',
  version: 1,
  step: STEP.IssueResumed,
  means:
    'Work on the issue goes on, and so does the clock of the SLA. After a resolution it means that the issue is open again.',
})
export class IssueResumed {
  @FactField() @Id() readonly issueId!: string;
  @Means('Whom it waited for.')
  @FactField()
  @Optional()
  @OneOf(WAITING_ON)
  readonly on?: (typeof WAITING_ON)[number] | null;
}

@Touchpoint({
  name: 'IssueTransferred',
  version: 1,
  step: STEP.IssueTransferred,
  means: 'The issue moves to another team or agent.',
})
export class IssueTransferred {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly fromTeam?: string | null;
  @FactField() @Optional() @Id() readonly toTeam?: string | null;
  @FactField() @Optional() @Id() readonly toAgentId?: string | null;
}

@Touchpoint({
  name: 'IssueReprioritised',
  version: 1,
  step: STEP.IssueReprioritised,
  means: 'The severity of the issue was changed.',
})
export class IssueReprioritised {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @OneOf(SEVERITIES) readonly severity!: Severity;
}

@Touchpoint({
  name: 'IssueBreachReported',
  version: 1,
  step: STEP.IssueBreachReported,
  means:
    'The source itself says that it missed its target. It is kept apart from the breaches that the ledger’s own clock finds.',
})
export class IssueBreachReported {
  @FactField() @Id() readonly issueId!: string;
  @Means('The target that was missed, in the source’s words.')
  @FactField()
  @Optional()
  @Label()
  readonly target?: string | null;
}

/** Why an issue had to be taken higher up. */
export const ESCALATION_REASONS = ['authority', 'expertise', 'complaint', 'breach'] as const;

@Touchpoint({
  name: 'IssueEscalated',
  version: 1,
  step: STEP.IssueEscalated,
  means: 'The issue is taken to a higher level.',
})
export class IssueEscalated {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @OneOf(ESCALATION_REASONS) readonly reason!: (typeof ESCALATION_REASONS)[number];
  @FactField() @Optional() @Id() readonly toTeam?: string | null;
}

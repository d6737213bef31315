import { FactField, Personal, Touchpoint } from '../declare.js';
import { Id, Label, OneOf, Optional, Sentiment, Text } from '../fields.js';
import { STEP } from '../steps.js';
import { SEVERITIES, type Severity } from '../words.js';

/** Something the customer needs stays open until it is resolved, over as many contacts as it takes. */
@Touchpoint({ name: 'IssueRaised', version: 1, step: STEP.IssueRaised })
export class IssueRaised {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @Label() readonly category!: string;
  @FactField() @OneOf(SEVERITIES) readonly severity!: Severity;
  @Personal() @Optional() @Text() readonly description?: string | null;
  @FactField() @Optional() @Sentiment() readonly sentiment?: number | null;
  @FactField() @Optional() @Id() readonly team?: string | null;
}

/** Somebody takes the issue on. */
@Touchpoint({ name: 'IssueAssigned', version: 1, step: STEP.IssueAssigned })
export class IssueAssigned {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly agentId?: string | null;
  @FactField() @Optional() @Id() readonly team?: string | null;
}

/** Whose move it is while an issue waits. */
export const WAITING_ON = ['customer', 'vendor', 'internal'] as const;

/** Work on the issue stands still until somebody else has moved. */
@Touchpoint({ name: 'IssueWaiting', version: 1, step: STEP.IssueWaiting })
export class IssueWaiting {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @OneOf(WAITING_ON) readonly on!: (typeof WAITING_ON)[number];
}

/** Work on the issue goes on. After a resolution it means that the issue is open again. */
@Touchpoint({ name: 'IssueResumed', version: 1, step: STEP.IssueResumed })
export class IssueResumed {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @OneOf(WAITING_ON) readonly on?: (typeof WAITING_ON)[number] | null;
}

/** The issue goes to another team or agent: for the customer, one more start from the beginning. */
@Touchpoint({ name: 'IssueTransferred', version: 1, step: STEP.IssueTransferred })
export class IssueTransferred {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @Optional() @Id() readonly fromTeam?: string | null;
  @FactField() @Optional() @Id() readonly toTeam?: string | null;
  @FactField() @Optional() @Id() readonly toAgentId?: string | null;
}

/** The issue turned out to be more, or less, severe than it was taken for. */
@Touchpoint({ name: 'IssueReprioritised', version: 1, step: STEP.IssueReprioritised })
export class IssueReprioritised {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @OneOf(SEVERITIES) readonly severity!: Severity;
}

/** The source itself says that it missed its target. Kept apart from what the ledger's own clock finds. */
@Touchpoint({ name: 'IssueBreachReported', version: 1, step: STEP.IssueBreachReported })
export class IssueBreachReported {
  @FactField() @Id() readonly issueId!: string;
  /** The target that was missed, in the source's words. */
  @FactField() @Optional() @Label() readonly target?: string | null;
}

/** Why an issue had to be taken higher up. */
export const ESCALATION_REASONS = ['authority', 'expertise', 'complaint', 'breach'] as const;

/** The issue is taken higher up; for lack of authority means that those in front may not help. */
@Touchpoint({ name: 'IssueEscalated', version: 1, step: STEP.IssueEscalated })
export class IssueEscalated {
  @FactField() @Id() readonly issueId!: string;
  @FactField() @OneOf(ESCALATION_REASONS) readonly reason!: (typeof ESCALATION_REASONS)[number];
  @FactField() @Optional() @Id() readonly toTeam?: string | null;
}

import { FactField, Means, Touchpoint } from '../declare.js';
import { Id, Instant, OneOf, Optional } from '../fields.js';
import { STEP } from '../steps.js';
import { PROMISES, type PromiseKind } from '../words.js';

@Touchpoint({
  name: 'PromiseMade',
  version: 1,
  step: STEP.PromiseMade,
  means:
    'The customer was promised something by a certain time. A promise that is neither kept nor broken by then counts as missed.',
})
export class PromiseMade {
  @FactField() @Id() readonly promiseId!: string;
  @Means('What was promised.')
  @FactField()
  @OneOf(PROMISES)
  readonly kind!: PromiseKind;
  @Means('Until when, RFC 3339 with an offset.')
  @FactField()
  @Instant()
  readonly dueAt!: string;
  @FactField() @Optional() @Id() readonly issueId?: string | null;
  @FactField() @Optional() @Id() readonly agentId?: string | null;
}

@Touchpoint({
  name: 'PromiseKept',
  version: 1,
  step: STEP.PromiseKept,
  means: 'What was promised has been done.',
})
export class PromiseKept {
  @FactField() @Id() readonly promiseId!: string;
}

@Touchpoint({
  name: 'PromiseBroken',
  version: 1,
  step: STEP.PromiseBroken,
  means: 'What was promised was not done, or not in time.',
})
export class PromiseBroken {
  @FactField() @Id() readonly promiseId!: string;
}

/** How a follow-up ended. */
export const FOLLOW_UP_OUTCOMES = ['satisfied', 'unsatisfied', 'unreached'] as const;

@Touchpoint({
  name: 'FollowUpCompleted',
  version: 1,
  step: STEP.FollowUpCompleted,
  means: 'The company asked the customer afterwards whether all is well.',
})
export class FollowUpCompleted {
  @FactField() @Optional() @Id() readonly promiseId?: string | null;
  @FactField() @Optional() @Id() readonly issueId?: string | null;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @Means('What the customer said; `unreached` if nobody answered.')
  @FactField()
  @OneOf(FOLLOW_UP_OUTCOMES)
  readonly outcome!: (typeof FOLLOW_UP_OUTCOMES)[number];
}

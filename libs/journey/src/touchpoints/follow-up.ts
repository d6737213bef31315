import { FactField, Touchpoint } from '../declare.js';
import { Id, Instant, OneOf, Optional } from '../fields.js';
import { STEP } from '../steps.js';
import { PROMISES, type PromiseKind } from '../words.js';

/** The customer was promised something by a certain time: from now on the company is watched. */
@Touchpoint({ name: 'PromiseMade', version: 1, step: STEP.PromiseMade })
export class PromiseMade {
  @FactField() @Id() readonly promiseId!: string;
  @FactField() @OneOf(PROMISES) readonly kind!: PromiseKind;
  @FactField() @Instant() readonly dueAt!: string;
  @FactField() @Optional() @Id() readonly issueId?: string | null;
  @FactField() @Optional() @Id() readonly agentId?: string | null;
}

/** What was promised has been done. Reliability rests on this. */
@Touchpoint({ name: 'PromiseKept', version: 1, step: STEP.PromiseKept })
export class PromiseKept {
  @FactField() @Id() readonly promiseId!: string;
}

/** What was promised will not be done, or was not in time. */
@Touchpoint({ name: 'PromiseBroken', version: 1, step: STEP.PromiseBroken })
export class PromiseBroken {
  @FactField() @Id() readonly promiseId!: string;
}

/** How a follow-up ended. */
export const FOLLOW_UP_OUTCOMES = ['satisfied', 'unsatisfied', 'unreached'] as const;

/** Somebody asked afterwards whether all is well. A contact is not a resolution; this finds out. */
@Touchpoint({ name: 'FollowUpCompleted', version: 1, step: STEP.FollowUpCompleted })
export class FollowUpCompleted {
  @FactField() @Optional() @Id() readonly promiseId?: string | null;
  @FactField() @Optional() @Id() readonly issueId?: string | null;
  @FactField() @Optional() @Id() readonly contactId?: string | null;
  @FactField() @OneOf(FOLLOW_UP_OUTCOMES) readonly outcome!: (typeof FOLLOW_UP_OUTCOMES)[number];
}

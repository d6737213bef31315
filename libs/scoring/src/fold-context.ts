import type { BusinessTime } from './business-time.js';
import type { ScoringModel } from './model.js';
import type { ScoringPolicy } from './policy.js';
import type { SlaPolicy } from './sla-policy.js';

/** What a fold needs besides the events: the tenant's policies and model in force. */
export interface FoldContext {
  readonly policy: ScoringPolicy;
  readonly model: ScoringModel;
  /** The SLA in force at a business time (ms): its targets apply to clocks started then. */
  sla(at: number): SlaPolicy;
  /** Open time by the business hours in force: SLA clocks run in it. */
  readonly businessTime: BusinessTime;
  /** Changes whenever a fold's result could: versions and ids of everything above. */
  readonly stamp: string;
  /** True when the model was trained through a later time than is asked about. */
  readonly lookAhead: boolean;
}

/** A fold's context with the business time (ms, inclusive) at which a view is read. */
export interface ViewContext extends FoldContext {
  readonly asOf: number;
}

/** The same context for another fold of a customer: what its clocks may cost is bounded by itself. */
export function anotherFold<C extends FoldContext>(context: C): C {
  return { ...context, businessTime: context.businessTime.forAnotherFold() };
}

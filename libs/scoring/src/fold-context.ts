import type { BusinessTime } from './business-time.js';
import type { ScoringModel } from './model.js';
import type { ScoringPolicy } from './policy.js';
import type { SlaPolicy } from './sla-policy.js';

/** What a fold needs besides the events: the tenant's policies and model in force. */
export interface FoldContext {
  readonly policy: ScoringPolicy;
  readonly model: ScoringModel;
  /** The SLA in force at a business time (ms): what a clock started then promises. */
  sla(at: number): SlaPolicy;
  /** Open time by the business hours in force: what the clocks of SLAs run in. */
  readonly businessTime: BusinessTime;
  /** Text that changes whenever folded bytes could: versions and ids of everything above. */
  readonly stamp: string;
  /** True when the model was trained through a later time than is asked about. */
  readonly lookAhead: boolean;
}

/** The same, with the business time (ms, inclusive) at which the view is taken. */
export interface ViewContext extends FoldContext {
  readonly asOf: number;
}

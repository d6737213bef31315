import { IsObject } from 'class-validator';
import type { Json } from '#event-sourcing';
import { Touchpoint } from '../declare.js';
import { Between, Id, Instant, Label, Nested, Optional, Whole } from '../fields.js';
import { STEP } from '../steps.js';

const TINY = 1e-9;
const HUGE = 1e9;

/** Parameters of MBG/NBD, time in weeks. */
export class MbgParameters {
  @Between(TINY, HUGE) readonly r!: number;
  @Between(TINY, HUGE) readonly alpha!: number;
  @Between(TINY, HUGE) readonly a!: number;
  @Between(TINY, HUGE) readonly b!: number;
}

/** Parameters of the shifted beta-geometric model, time in years. */
export class SbgParameters {
  @Between(TINY, HUGE) readonly alpha!: number;
  @Between(TINY, HUGE) readonly beta!: number;
}

/** Coefficients of the service layer, and the weights of its signals. */
export class ServiceParameters {
  @Optional() @Between(-100, 100) readonly c0?: number | null;
  @Optional() @Between(0, 100) readonly c1?: number | null;
  @Optional() @Between(0, 100) readonly c2?: number | null;
  @Optional() @Between(-100, 0) readonly c3?: number | null;
  @Optional() @Between(-10, 10) readonly breachedIssue?: number | null;
  @Optional() @Between(-10, 10) readonly repeatContact?: number | null;
  @Optional() @Between(-10, 10) readonly friction?: number | null;
  @Optional() @Between(-10, 10) readonly highEffort?: number | null;
  @Optional() @Between(-10, 10) readonly negativeFeedback?: number | null;
  @Optional() @Between(-10, 10) readonly positiveFeedback?: number | null;
  @Optional() @Between(-10, 10) readonly missedPromise?: number | null;
}

/** What a fit found; a part that was not fitted stays as it is by default. */
export class ModelParameters {
  @Optional() @Nested(() => MbgParameters) readonly mbg?: MbgParameters | null;
  @Optional() @Nested(() => SbgParameters) readonly sbg?: SbgParameters | null;
  @Optional() @Nested(() => ServiceParameters) readonly service?: ServiceParameters | null;
}

/** The models were fitted to the company's own events: scores rest on its customers instead of on others'. */
@Touchpoint({ name: 'ScoringModelFitted', version: 1, step: STEP.policy, kind: 'policy' })
export class ScoringModelFitted {
  @Id() readonly model!: string;
  @Whole(1, 1_000_000) readonly version!: number;
  @Optional() @Instant() readonly effectiveFrom?: string | null;
  @Optional() @Label(500) readonly reason?: string | null;
  @Nested(() => ModelParameters) readonly parameters!: ModelParameters;
  /** Entry number of the last event it was trained on. */
  @Optional() @Whole(0, Number.MAX_SAFE_INTEGER) readonly trainedThroughEntry?: number | null;
  /** Business time through which it was trained: a question about an earlier time looks ahead. */
  @Instant() readonly asOf!: string;
  /** Weeks. */
  @Optional() @Between(1, 520) readonly horizon?: number | null;
  /** Customers it was trained on. */
  @Whole(0, Number.MAX_SAFE_INTEGER) readonly n!: number;
  @Optional() @Between(-1e15, 1e15) readonly logLik?: number | null;
  /** The report of the backtest as it was printed. */
  @Optional() @IsObject() readonly backtest?: { readonly [name: string]: Json } | null;
}

import { IsObject } from '../class-validator.js';
import type { Json } from '#event-sourcing';
import { Means, Touchpoint } from '../declare.js';
import { Between, Id, Instant, Label, Nested, Optional, Whole } from '../fields.js';
import { STEP } from '../steps.js';

const TINY = 1e-9;
const HUGE = 1e9;

/** Parameters of MBG/NBD, time in weeks. */
export class MbgParameters {
  @Means('Shape of the purchase rates.')
  @Between(TINY, HUGE)
  readonly r!: number;
  @Means('Scale of the purchase rates.')
  @Between(TINY, HUGE)
  readonly alpha!: number;
  @Means('First shape of the dropout probability.')
  @Between(TINY, HUGE)
  readonly a!: number;
  @Means('Second shape of the dropout probability.')
  @Between(TINY, HUGE)
  readonly b!: number;
}

/** Parameters of the shifted beta-geometric model, time in years. */
export class SbgParameters {
  @Means('First shape of the churn probability.')
  @Between(TINY, HUGE)
  readonly alpha!: number;
  @Means('Second shape of the churn probability.')
  @Between(TINY, HUGE)
  readonly beta!: number;
}

/** Coefficients of the service layer, and the weights of its signals. */
export class ServiceParameters {
  @Means('Intercept.')
  @Optional()
  @Between(-100, 100)
  readonly c0?: number | null;
  @Means('Coefficient of the log odds of the behavioural risk.')
  @Optional()
  @Between(0, 100)
  readonly c1?: number | null;
  @Means('Coefficient of ln(1 + weeks since the last contact).')
  @Optional()
  @Between(0, 100)
  readonly c2?: number | null;
  @Means('Coefficient of ln(1 + purchase days after the first).')
  @Optional()
  @Between(-100, 0)
  readonly c3?: number | null;
  @Means('Weight of an overdue issue.')
  @Optional()
  @Between(-10, 10)
  readonly breachedIssue?: number | null;
  @Means('Weight of a repeated contact.')
  @Optional()
  @Between(-10, 10)
  readonly repeatContact?: number | null;
  @Means('Weight of a transfer or repeated information.')
  @Optional()
  @Between(-10, 10)
  readonly friction?: number | null;
  @Means('Weight of a high effort.')
  @Optional()
  @Between(-10, 10)
  readonly highEffort?: number | null;
  @Means('Weight of a bad answer.')
  @Optional()
  @Between(-10, 10)
  readonly negativeFeedback?: number | null;
  @Means('Weight of a good answer.')
  @Optional()
  @Between(-10, 10)
  readonly positiveFeedback?: number | null;
  @Means('Weight of a missed promise.')
  @Optional()
  @Between(-10, 10)
  readonly missedPromise?: number | null;
}

/** What a fit found; a part that was not fitted stays as it is by default. */
export class ModelParameters {
  @Means('MBG/NBD: purchases without a contract, time in weeks.')
  @Optional()
  @Nested(() => MbgParameters)
  readonly mbg?: MbgParameters | null;
  @Means('Shifted beta-geometric: renewals of contracts, time in years.')
  @Optional()
  @Nested(() => SbgParameters)
  readonly sbg?: SbgParameters | null;
  @Means('The service layer on top of them.')
  @Optional()
  @Nested(() => ServiceParameters)
  readonly service?: ServiceParameters | null;
}

@Touchpoint({
  name: 'ScoringModelFitted',
  version: 1,
  step: STEP.policy,
  kind: 'policy',
  means:
    'The models were fitted to the company’s own events: scores rest on its customers instead of on others’.',
})
export class ScoringModelFitted {
  @Means('The name of the model.')
  @Id()
  readonly model!: string;
  @Whole(1, 1_000_000) readonly version!: number;
  @Optional() @Instant() readonly effectiveFrom?: string | null;
  @Optional() @Label(500) readonly reason?: string | null;
  @Means('What the fit found.')
  @Nested(() => ModelParameters)
  readonly parameters!: ModelParameters;
  @Means('Entry number of the last event it was trained on.')
  @Optional()
  @Whole(0, Number.MAX_SAFE_INTEGER)
  readonly trainedThroughEntry?: number | null;
  @Means('Business time through which it was trained: a question about an earlier time looks ahead.')
  @Instant()
  readonly asOf!: string;
  @Means('Weeks.')
  @Optional()
  @Between(1, 520)
  readonly horizon?: number | null;
  @Means('Customers it was trained on.')
  @Whole(0, Number.MAX_SAFE_INTEGER)
  readonly n!: number;
  @Means('The log likelihood of the fit.')
  @Optional()
  @Between(-1e15, 1e15)
  readonly logLik?: number | null;
  @Means('The report of the backtest as it was printed.')
  @Optional()
  @IsObject()
  readonly backtest?: { readonly [name: string]: Json } | null;
}

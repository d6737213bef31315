import { Touchpoint } from '../declare.js';
import {
  Between,
  Id,
  InOrder,
  Instant,
  Label,
  Nested,
  OneOf,
  Optional,
  SevenPoints,
  Where,
  Whole,
} from '../fields.js';
import { STEP } from '../steps.js';
import { PRESETS, type Preset } from '../words.js';

const DAYS = 36_500;

/** Horizons of the churn risk, in weeks. */
export class Horizons {
  @Optional() @Whole(1, 520) readonly nonContractual?: number | null;
  @Optional() @Whole(1, 520) readonly contractual?: number | null;
}

/** Where the bands of the excess risk of churn begin, unless a policy says otherwise. */
export const CHURN_BAND_EDGES = { medium: 0.25, high: 0.5, critical: 0.75 } as const;

/** Where the bands of the excess risk begin, ascending. */
export class ChurnBands {
  @Optional() @InOrder(CHURN_BAND_EDGES) @Between(0, 1) readonly medium?: number | null;
  @Optional() @InOrder(CHURN_BAND_EDGES) @Between(0, 1) readonly high?: number | null;
  @Optional() @InOrder(CHURN_BAND_EDGES) @Between(0, 1) readonly critical?: number | null;
  /** Weeks for which behaviour alone must have been critical until a customer counts as lost. */
  @Optional() @Between(0, 520) readonly lostAfterWeeks?: number | null;
}

/** Where the bands of loyalty (0–100) begin, unless a policy says otherwise. */
export const LOYALTY_BAND_EDGES = { medium: 50, high: 75 } as const;

/** Where the bands of loyalty begin, ascending, and the coverage under which the band is `unknown`. */
export class LoyaltyBands {
  @Optional() @InOrder(LOYALTY_BAND_EDGES) @Between(0, 100) readonly medium?: number | null;
  @Optional() @InOrder(LOYALTY_BAND_EDGES) @Between(0, 100) readonly high?: number | null;
  @Optional() @Between(0, 1) readonly minimumCoverage?: number | null;
}

/** How much an open issue weighs in the pressure. */
export class SeverityWeights {
  @Optional() @Between(0, 1_000) readonly low?: number | null;
  @Optional() @Between(0, 1_000) readonly normal?: number | null;
  @Optional() @Between(0, 1_000) readonly high?: number | null;
  @Optional() @Between(0, 1_000) readonly critical?: number | null;
}

/** A signal of the service layer: what one fresh occurrence adds to the log odds, and how it fades. */
export class Signal {
  @Optional() @Between(-10, 10) readonly beta?: number | null;
  @Optional() @Between(30, DAYS) readonly halfLifeDays?: number | null;
}

/** How an issue's pressure grows with what it costs the customer. */
export class PressureTerms {
  /** Per contact after the first. */
  @Optional() @Between(0, 100) readonly perContact?: number | null;
  /** Further contacts than these add nothing. */
  @Optional() @Whole(0, 1_000) readonly contactsAtMost?: number | null;
  @Optional() @Between(0, 100) readonly perReopen?: number | null;
}

/** The signals of the service layer. */
export class Signals {
  /** An open issue past its target. */
  @Optional() @Nested(() => Signal) readonly breachedIssue?: Signal | null;
  @Optional() @Nested(() => Signal) readonly repeatContact?: Signal | null;
  /** A transfer, repeated information or a change of channel. */
  @Optional() @Nested(() => Signal) readonly friction?: Signal | null;
  /** A reported effort score of 1 to 3. */
  @Optional() @Nested(() => Signal) readonly highEffort?: Signal | null;
  @Optional() @Nested(() => Signal) readonly negativeFeedback?: Signal | null;
  @Optional() @Nested(() => Signal) readonly positiveFeedback?: Signal | null;
  @Optional() @Nested(() => Signal) readonly missedPromise?: Signal | null;
}

/** How perceived against expected becomes satisfaction. */
export class Disconfirmation {
  /** Stands in where no expectation is known. */
  @Optional() @SevenPoints() readonly expected?: number | null;
  @Optional() @Between(0.01, 100) readonly scale?: number | null;
  /** How many times more a shortfall hurts than an excess helps. */
  @Optional() @Between(0.01, 100) readonly shortfall?: number | null;
}

/** A decayed mean that is drawn towards the population's. */
export class DecayedMean {
  @Optional() @Between(1, DAYS) readonly halfLifeDays?: number | null;
  /** How many observations the population's mean counts for (m). */
  @Optional() @Between(0, 1_000) readonly priorWeight?: number | null;
  /** The population's mean (μ), 0 to 1. */
  @Optional() @Between(0, 1) readonly mean?: number | null;
}

/** What speaking for, or against, the company counts. */
export class AdvocacyTerms {
  @Optional() @Between(1, DAYS) readonly halfLifeDays?: number | null;
  @Optional() @Between(-10, 10) readonly referral?: number | null;
  @Optional() @Between(-10, 10) readonly promoter?: number | null;
  @Optional() @Between(-10, 10) readonly detractor?: number | null;
  @Optional() @Between(0, 10) readonly mention?: number | null;
}

/** The weights of loyalty's components; only their ratio matters. */
export class LoyaltyWeights {
  @Optional() @Between(0, 1_000) readonly behaviour?: number | null;
  @Optional() @Between(0, 1_000) readonly attitude?: number | null;
  @Optional() @Between(0, 1_000) readonly advocacy?: number | null;
  @Optional() @Between(0, 1_000) readonly process?: number | null;
}

/** The weights of the five dimensions of service quality. */
export class DimensionWeights {
  @Optional() @Between(0, 1_000) readonly reliability?: number | null;
  @Optional() @Between(0, 1_000) readonly assurance?: number | null;
  @Optional() @Between(0, 1_000) readonly tangibles?: number | null;
  @Optional() @Between(0, 1_000) readonly empathy?: number | null;
  @Optional() @Between(0, 1_000) readonly responsiveness?: number | null;
}

/** How a customer's kind of relation is found. */
export const RELATION_KINDS = ['automatic', 'non-contractual', 'contractual', 'base-rate'] as const;

const ascending = (value: unknown) =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= 50 &&
  value.every(
    (hours, i) => typeof hours === 'number' && hours >= 0 && (i === 0 || hours > (value[i - 1] as number)),
  );

/**
 * The company says what it means by loyalty, risk and pressure. What is left out is as in the default policy; without
 * `effectiveFrom` it holds always, which scores the past anew.
 */
@Touchpoint({ name: 'ScoringPolicyPublished', version: 1, step: STEP.policy, kind: 'policy' })
export class ScoringPolicyPublished {
  @Id() readonly policy!: string;
  @Whole(1, 1_000_000) readonly version!: number;
  @Optional() @Instant() readonly effectiveFrom?: string | null;
  @Optional() @Label(500) readonly reason?: string | null;
  /** Ready-made weights of a value discipline; `weights` beside it go first. */
  @Optional() @OneOf(PRESETS) readonly preset?: Preset | null;
  @Optional() @OneOf(RELATION_KINDS) readonly kind?: (typeof RELATION_KINDS)[number] | null;
  @Optional() @Nested(() => Horizons) readonly horizonWeeks?: Horizons | null;
  @Optional() @Between(0.000001, 0.999999) readonly baseRate?: number | null;
  @Optional() @Nested(() => ChurnBands) readonly churnBands?: ChurnBands | null;
  @Optional() @Nested(() => LoyaltyBands) readonly loyaltyBands?: LoyaltyBands | null;
  @Optional() @Nested(() => SeverityWeights) readonly severityWeights?: SeverityWeights | null;
  @Optional() @Nested(() => PressureTerms) readonly pressure?: PressureTerms | null;
  @Optional() @Nested(() => Signals) readonly signals?: Signals | null;
  /** Effort answers (1–7, 7 = easy) up to this one are a signal of high effort. */
  @Optional() @SevenPoints() readonly highEffortUpTo?: number | null;
  /** Effort answers from this one on count as low effort in the published share. */
  @Optional() @SevenPoints() readonly cesAgreesFrom?: number | null;
  @Optional() @Nested(() => Disconfirmation) readonly disconfirmation?: Disconfirmation | null;
  @Optional() @Nested(() => DecayedMean) readonly attitude?: DecayedMean | null;
  @Optional() @Nested(() => AdvocacyTerms) readonly advocacy?: AdvocacyTerms | null;
  @Optional() @Nested(() => DecayedMean) readonly process?: DecayedMean | null;
  @Optional() @Nested(() => LoyaltyWeights) readonly weights?: LoyaltyWeights | null;
  @Optional() @Nested(() => DimensionWeights) readonly dimensionWeights?: DimensionWeights | null;
  /** Where the bins of the resolution hazard begin, hours, ascending; the last is open. */
  @Optional()
  @Where('isAscending', 'be a list of 1 to 50 ascending numbers of hours', ascending)
  readonly hazardBinsHours?: readonly number[] | null;
}

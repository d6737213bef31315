import type { Dimension, Severity } from '#journey';

/** Service signals: their decayed counters change the risk of churn. */
export type Signal =
  | 'breachedIssue'
  | 'repeatContact'
  | 'friction'
  | 'highEffort'
  | 'negativeFeedback'
  | 'positiveFeedback'
  | 'missedPromise';

/** The order in which signals are summed, so that sums are equal to the last bit. */
export const SIGNALS: readonly Signal[] = [
  'breachedIssue',
  'repeatContact',
  'friction',
  'highEffort',
  'negativeFeedback',
  'positiveFeedback',
  'missedPromise',
];

/** What one fresh signal adds to the log odds of churn, and its half-life. */
export interface SignalPolicy {
  readonly beta: number;
  /** At least 30. */
  readonly halfLifeDays: number;
}

/** The four components of loyalty. */
export type LoyaltyComponent = 'behaviour' | 'attitude' | 'advocacy' | 'process';

export const LOYALTY_COMPONENTS: readonly LoyaltyComponent[] = [
  'behaviour',
  'attitude',
  'advocacy',
  'process',
];

export type LoyaltyWeights = { readonly [component in LoyaltyComponent]: number };

/** A decayed mean, shrunk towards the population's `mean` (μ) as if `priorWeight` (m) ratings of it had been given. */
export interface ShrunkMeanPolicy {
  readonly halfLifeDays: number;
  readonly priorWeight: number;
  readonly mean: number;
}

/** The constants of the scores that a company decides; what is fitted to its customers is a ScoringModel. */
export interface ScoringPolicy {
  readonly version: string;
  /** `automatic`: contractual if the customer has a contract, else non-contractual if purchases are known. */
  readonly kind: 'automatic' | 'contractual' | 'non-contractual' | 'base-rate';
  /** Within how many weeks "no purchase" or "contract ended" counts as churn. */
  readonly horizonWeeks: { readonly nonContractual: number; readonly contractual: number };
  /** The behavioural risk of a customer with neither purchases nor contracts. */
  readonly baseRate: number;
  readonly signals: { readonly [signal in Signal]: SignalPolicy };
  /** CES answers (1–7, 7 = easy) up to this one count as high effort. */
  readonly highEffortUpTo: number;
  /** Where the bands of the excess risk begin; and for how many weeks behaviour alone must be critical until `lost`. */
  readonly churnBands: {
    readonly medium: number;
    readonly high: number;
    readonly critical: number;
    readonly lostAfterWeeks: number;
  };
  readonly severityWeights: { readonly [severity in Severity]: number };
  /** Growth of an issue's pressure with further contacts (up to a cap of them) and with reopenings. */
  readonly pressure: {
    readonly perContact: number;
    readonly contactsAtMost: number;
    readonly perReopen: number;
  };
  /** The expectation where none was recorded (1–7), the scale of tanh, and the factor by which a shortfall weighs more. */
  readonly disconfirmation: {
    readonly expected: number;
    readonly scale: number;
    readonly shortfall: number;
  };
  readonly attitude: ShrunkMeanPolicy;
  readonly process: ShrunkMeanPolicy;
  readonly advocacy: {
    readonly halfLifeDays: number;
    readonly referral: number;
    readonly promoter: number;
    readonly detractor: number;
    /** A mention weighs this · sentiment · (1 + log10(1 + reach) / 3). */
    readonly mention: number;
  };
  readonly weights: LoyaltyWeights;
  /** Weights of the dimensions of service quality; only their ratio matters. */
  readonly dimensionWeights: { readonly [dimension in Dimension]: number };
  /** Where the bands of loyalty (0–100) begin, and the coverage below which the band is unknown. */
  readonly loyaltyBands: { readonly medium: number; readonly high: number; readonly minimumCoverage: number };
  /** CES answers from this one on count as low effort. */
  readonly cesAgreesFrom: number;
  /** Where the bins of the resolution hazard begin, hours; the last is open. */
  readonly hazardBinsHours: readonly number[];
}

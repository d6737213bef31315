import type { Dimension, Severity } from '#journey';

/** The service signals whose decayed counters move the risk of churn. */
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

/** Weight of one fresh signal on the log odds of leaving, and the days in which it loses half of it. */
export interface SignalPolicy {
  readonly beta: number;
  /** At least 30. */
  readonly halfLifeDays: number;
}

/** The four parts of loyalty. */
export type LoyaltyComponent = 'behaviour' | 'attitude' | 'advocacy' | 'process';

export const LOYALTY_COMPONENTS: readonly LoyaltyComponent[] = [
  'behaviour',
  'attitude',
  'advocacy',
  'process',
];

export type LoyaltyWeights = { readonly [component in LoyaltyComponent]: number };

/** A mean with half-life, shrunk to the population's `mean` (μ) as if `priorWeight` (m) such ratings had been seen. */
export interface ShrunkMeanPolicy {
  readonly halfLifeDays: number;
  readonly priorWeight: number;
  readonly mean: number;
}

/** Every constant of the scores that is a company's decision; what is fitted to its customers is a ScoringModel. */
export interface ScoringPolicy {
  readonly version: string;
  /** `automatic`: contractual if the customer has a contract, else non-contractual if purchases are known. */
  readonly kind: 'automatic' | 'contractual' | 'non-contractual' | 'base-rate';
  /** Within how many weeks "no purchase" or "contract ended" counts as churn. */
  readonly horizonWeeks: { readonly nonContractual: number; readonly contractual: number };
  /** Stands in for the behavioural risk of a customer with neither purchases nor contracts. */
  readonly baseRate: number;
  readonly signals: { readonly [signal in Signal]: SignalPolicy };
  /** CES answers (1–7, 7 = easy) up to this one count as high effort. */
  readonly highEffortUpTo: number;
  /** Where the bands of the excess risk begin, and after how many weeks of critical by silence a customer is lost. */
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
  /** The expectation where none was recorded (1–7), the scale of the tanh, and how much more a shortfall weighs. */
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

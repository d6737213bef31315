import { Means, Touchpoint } from '../declare.js';
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
  @Means('For customers without a contract; default 13.')
  @Optional()
  @Whole(1, 520)
  readonly nonContractual?: number | null;
  @Means('For customers with one; default 52.')
  @Optional()
  @Whole(1, 520)
  readonly contractual?: number | null;
}

/** Where the bands of the excess risk of churn begin, unless a policy says otherwise. */
export const CHURN_BAND_EDGES = { medium: 0.25, high: 0.5, critical: 0.75 } as const;

/** Where the bands of the excess risk begin, ascending. */
export class ChurnBands {
  @Means('Default 0.25.')
  @Optional()
  @InOrder(CHURN_BAND_EDGES)
  @Between(0, 1)
  readonly medium?: number | null;
  @Means('Default 0.5.')
  @Optional()
  @InOrder(CHURN_BAND_EDGES)
  @Between(0, 1)
  readonly high?: number | null;
  @Means('Default 0.75.')
  @Optional()
  @InOrder(CHURN_BAND_EDGES)
  @Between(0, 1)
  readonly critical?: number | null;
  @Means('Weeks for which behaviour alone must have been critical until a customer counts as lost.')
  @Optional()
  @Between(0, 520)
  readonly lostAfterWeeks?: number | null;
}

/** Where the bands of loyalty (0–100) begin, unless a policy says otherwise. */
export const LOYALTY_BAND_EDGES = { medium: 50, high: 75 } as const;

/** Where the bands of loyalty begin, ascending, and the coverage under which the band is `unknown`. */
export class LoyaltyBands {
  @Means('Default 50.')
  @Optional()
  @InOrder(LOYALTY_BAND_EDGES)
  @Between(0, 100)
  readonly medium?: number | null;
  @Means('Default 75.')
  @Optional()
  @InOrder(LOYALTY_BAND_EDGES)
  @Between(0, 100)
  readonly high?: number | null;
  @Means('Below this share of known components the band is `unknown`; default 0.35.')
  @Optional()
  @Between(0, 1)
  readonly minimumCoverage?: number | null;
}

/** How much an open issue weighs in the pressure. */
export class SeverityWeights {
  @Means('Default 0.5.')
  @Optional()
  @Between(0, 1_000)
  readonly low?: number | null;
  @Means('Default 1.')
  @Optional()
  @Between(0, 1_000)
  readonly normal?: number | null;
  @Means('Default 2.')
  @Optional()
  @Between(0, 1_000)
  readonly high?: number | null;
  @Means('Default 4.')
  @Optional()
  @Between(0, 1_000)
  readonly critical?: number | null;
}

/** A signal of the service layer: what one fresh occurrence adds to the log odds, and how it fades. */
export class Signal {
  @Means('What one fresh occurrence adds to the log odds.')
  @Optional()
  @Between(-10, 10)
  readonly beta?: number | null;
  @Means('After this many days half of it is left.')
  @Optional()
  @Between(30, DAYS)
  readonly halfLifeDays?: number | null;
}

/** How an issue's pressure grows with what it costs the customer. */
export class PressureTerms {
  @Means('Per contact after the first.')
  @Optional()
  @Between(0, 100)
  readonly perContact?: number | null;
  @Means('Further contacts than these add nothing.')
  @Optional()
  @Whole(0, 1_000)
  readonly contactsAtMost?: number | null;
  @Means('For each reopening; default 0.5.')
  @Optional()
  @Between(0, 100)
  readonly perReopen?: number | null;
}

/** The signals of the service layer. */
export class Signals {
  @Means('An open issue past its target.')
  @Optional()
  @Nested(() => Signal)
  readonly breachedIssue?: Signal | null;
  @Means('A further contact about the same issue.')
  @Optional()
  @Nested(() => Signal)
  readonly repeatContact?: Signal | null;
  @Means('A transfer, repeated information or a change of channel.')
  @Optional()
  @Nested(() => Signal)
  readonly friction?: Signal | null;
  @Means('A reported effort score of 1 to 3.')
  @Optional()
  @Nested(() => Signal)
  readonly highEffort?: Signal | null;
  @Means('A bad answer to a survey.')
  @Optional()
  @Nested(() => Signal)
  readonly negativeFeedback?: Signal | null;
  @Means('A good answer to a survey.')
  @Optional()
  @Nested(() => Signal)
  readonly positiveFeedback?: Signal | null;
  @Means('A promise that was not kept.')
  @Optional()
  @Nested(() => Signal)
  readonly missedPromise?: Signal | null;
}

/** How perceived against expected becomes satisfaction. */
export class Disconfirmation {
  @Means('Stands in where no expectation is known.')
  @Optional()
  @SevenPoints()
  readonly expected?: number | null;
  @Means('How many points of difference make a large one.')
  @Optional()
  @Between(0.01, 100)
  readonly scale?: number | null;
  @Means('How many times more a shortfall hurts than an excess helps.')
  @Optional()
  @Between(0.01, 100)
  readonly shortfall?: number | null;
}

/** A decayed mean that is drawn towards the population's. */
export class DecayedMean {
  @Means('After this many days half of it is left.')
  @Optional()
  @Between(1, DAYS)
  readonly halfLifeDays?: number | null;
  @Means('How many observations the population’s mean counts for (m).')
  @Optional()
  @Between(0, 1_000)
  readonly priorWeight?: number | null;
  @Means('The population’s mean (μ), 0 to 1.')
  @Optional()
  @Between(0, 1)
  readonly mean?: number | null;
}

/** What speaking for, or against, the company counts. */
export class AdvocacyTerms {
  @Means('After this many days half of it is left.')
  @Optional()
  @Between(1, DAYS)
  readonly halfLifeDays?: number | null;
  @Means('For a customer who was brought; default 1.')
  @Optional()
  @Between(-10, 10)
  readonly referral?: number | null;
  @Means('For a recommendation of 9 or 10; default 1.')
  @Optional()
  @Between(-10, 10)
  readonly promoter?: number | null;
  @Means('For one of 0 to 6; default −1.')
  @Optional()
  @Between(-10, 10)
  readonly detractor?: number | null;
  @Means('For a public mention, times its sentiment, more for a larger reach; default 1.')
  @Optional()
  @Between(0, 10)
  readonly mention?: number | null;
}

/** The weights of loyalty's components; only their ratio matters. */
export class LoyaltyWeights {
  @Means('Of purchases and contracts.')
  @Optional()
  @Between(0, 1_000)
  readonly behaviour?: number | null;
  @Means('Of feedback.')
  @Optional()
  @Between(0, 1_000)
  readonly attitude?: number | null;
  @Means('Of recommending.')
  @Optional()
  @Between(0, 1_000)
  readonly advocacy?: number | null;
  @Means('Of service quality.')
  @Optional()
  @Between(0, 1_000)
  readonly process?: number | null;
}

/** The weights of the five dimensions of service quality. */
export class DimensionWeights {
  @Means('Promises kept; default 1.')
  @Optional()
  @Between(0, 1_000)
  readonly reliability?: number | null;
  @Means('Competence; default 1.')
  @Optional()
  @Between(0, 1_000)
  readonly assurance?: number | null;
  @Means('What can be seen and touched; default 1.')
  @Optional()
  @Between(0, 1_000)
  readonly tangibles?: number | null;
  @Means('Attention to the customer; default 1.')
  @Optional()
  @Between(0, 1_000)
  readonly empathy?: number | null;
  @Means('Speed; default 1.')
  @Optional()
  @Between(0, 1_000)
  readonly responsiveness?: number | null;
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

@Touchpoint({
  name: 'ScoringPolicyPublished',
  version: 1,
  step: STEP.policy,
  kind: 'policy',
  means:
    'The company says what it means by loyalty, risk and pressure. What is left out is as in the default policy; without `effectiveFrom` it holds always, which scores the past anew.',
})
export class ScoringPolicyPublished {
  @Id() readonly policy!: string;
  @Whole(1, 1_000_000) readonly version!: number;
  @Optional() @Instant() readonly effectiveFrom?: string | null;
  @Optional() @Label(500) readonly reason?: string | null;
  @Means('Ready-made weights of a value discipline; `weights` beside it go first.')
  @Optional()
  @OneOf(PRESETS)
  readonly preset?: Preset | null;
  @Means(
    'How churn is judged: by purchases, by contracts, by a base rate alone, or found from the events (`automatic`).',
  )
  @Optional()
  @OneOf(RELATION_KINDS)
  readonly kind?: (typeof RELATION_KINDS)[number] | null;
  @Means('How far ahead the churn risk looks, weeks.')
  @Optional()
  @Nested(() => Horizons)
  readonly horizonWeeks?: Horizons | null;
  @Means('The risk of a customer of whom too little is known; default 0.2.')
  @Optional()
  @Between(0.000001, 0.999999)
  readonly baseRate?: number | null;
  @Means('Where the bands of the excess risk begin, ascending.')
  @Optional()
  @Nested(() => ChurnBands)
  readonly churnBands?: ChurnBands | null;
  @Means('Where the bands of loyalty (0 to 100) begin, ascending.')
  @Optional()
  @Nested(() => LoyaltyBands)
  readonly loyaltyBands?: LoyaltyBands | null;
  @Means('How much an open issue weighs in the pressure, by severity.')
  @Optional()
  @Nested(() => SeverityWeights)
  readonly severityWeights?: SeverityWeights | null;
  @Means('How an issue’s pressure grows.')
  @Optional()
  @Nested(() => PressureTerms)
  readonly pressure?: PressureTerms | null;
  @Means('What service events add to the churn risk.')
  @Optional()
  @Nested(() => Signals)
  readonly signals?: Signals | null;
  @Means('Effort answers (1–7, 7 = easy) up to this one are a signal of high effort.')
  @Optional()
  @SevenPoints()
  readonly highEffortUpTo?: number | null;
  @Means('Effort answers from this one on count as low effort in the published share.')
  @Optional()
  @SevenPoints()
  readonly cesAgreesFrom?: number | null;
  @Means('How perceived against expected service becomes satisfaction.')
  @Optional()
  @Nested(() => Disconfirmation)
  readonly disconfirmation?: Disconfirmation | null;
  @Means('The mean of feedback, newer answers weighing more.')
  @Optional()
  @Nested(() => DecayedMean)
  readonly attitude?: DecayedMean | null;
  @Means('What speaking for or against the company counts.')
  @Optional()
  @Nested(() => AdvocacyTerms)
  readonly advocacy?: AdvocacyTerms | null;
  @Means('The mean of service quality, newer contacts weighing more.')
  @Optional()
  @Nested(() => DecayedMean)
  readonly process?: DecayedMean | null;
  @Means('The weights of loyalty’s components; only their ratio matters.')
  @Optional()
  @Nested(() => LoyaltyWeights)
  readonly weights?: LoyaltyWeights | null;
  @Means('The weights of the five dimensions of service quality.')
  @Optional()
  @Nested(() => DimensionWeights)
  readonly dimensionWeights?: DimensionWeights | null;
  @Means('Where the bins of the resolution hazard begin, hours, ascending; the last is open.')
  @Optional()
  @Where('isAscending', 'be a list of 1 to 50 ascending numbers of hours', ascending)
  readonly hazardBinsHours?: readonly number[] | null;
}

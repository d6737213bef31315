import { formatTime, type ListDefinition, type ListRow } from '#event-sourcing';
import {
  type Csat,
  csatOf,
  type Ces,
  cesOf,
  loyaltyAt,
  type LoyaltyBand,
  type LoyaltyComponent,
  type LoyaltyInputs,
  type LoyaltyScore,
  nextLoyaltyBandAt,
  type Nps,
  type NpsCounts,
  npsOf,
  ownShare,
  round6,
  type ViewContext,
} from '#scoring';
import { type BandInterval, bandIntervals } from './band-intervals.js';
import { contractOf } from './behaviour-state.js';
import { type LoyaltyState, unknownLoyalty } from './loyalty-state.js';

/** One part of a loyalty score. */
export interface LoyaltyComponentView {
  readonly component: LoyaltyComponent;
  readonly weight: number;
  /** 0…1; null when it was not measured: its weight went to the others. */
  readonly value: number | null;
  /** How much of the value was measured, 0…1: what is missing is the population's mean, or everything. */
  readonly coverage: number;
  /** Of attitude: share of the answers for which no expectation was recorded, so that the policy's stood in. */
  readonly expectationAssumed?: number;
}

/** How attached the customer is, as published. */
export interface LoyaltyView {
  /** 0–100; null while no component is known. */
  readonly score: number | null;
  readonly band: LoyaltyBand;
  /** Share of the weights whose components are known, 0…1. */
  readonly coverage: number;
  readonly components: readonly LoyaltyComponentView[];
  readonly nps?: Nps;
  readonly csat?: Csat;
  readonly ces?: Ces;
  readonly calibrated: boolean;
  readonly modelVersion: string;
  readonly policyVersion: string;
  /** Present when the model was trained through a later time than is asked about. */
  readonly lookAhead?: true;
  /** When silence alone will put the customer into another band; absent when it will not. */
  readonly nextBandAt?: string;
}

/** The published loyalty of a state; `undefined` is a customer of whom nothing is known. */
export function loyaltyView(state: LoyaltyState | undefined, context: ViewContext): LoyaltyView {
  const { asOf, model, policy } = context;
  const known = state ?? unknownLoyalty(asOf);
  const { score, band, coverage, components } = scoreAt(known, asOf, context);
  const nextAt = nextLoyaltyBandAt(loyaltyInputs(known), asOf, context);
  return {
    score,
    band,
    coverage,
    components: components.map((part) => ({
      ...part,
      ...measured(part.component, part.value, known, context),
    })),
    ...(known.nps && { nps: rounded(npsMeasure(known.nps)) }),
    ...(known.csat && { csat: rounded(csatOf({ ...known.csat, answered: known.csat.n })) }),
    ...(known.ces && { ces: rounded(cesOf(known.ces)) }),
    calibrated: model.calibrated,
    modelVersion: model.version,
    policyVersion: policy.version,
    ...(context.lookAhead && { lookAhead: true }),
    ...(nextAt !== null && { nextBandAt: formatTime(nextAt) }),
  };
}

/** Members in one order, whatever order the stored counts had: views are compared as bytes. */
function npsMeasure({ promoters, detractors, n }: NpsCounts): Nps {
  return npsOf({ promoters, detractors, n });
}

function measured(
  component: LoyaltyComponent,
  value: number | null,
  state: LoyaltyState,
  { asOf, policy }: ViewContext,
): Pick<LoyaltyComponentView, 'coverage' | 'expectationAssumed'> {
  if (value === null) return { coverage: 0 };
  if (component === 'process') return { coverage: round6(ownShare(state.process!, asOf, policy.process)) };
  if (component !== 'attitude') return { coverage: 1 };
  const { n, assumed } = state.ratings!;
  return {
    coverage: round6(ownShare(state.attitude!, asOf, policy.attitude)),
    expectationAssumed: round6(assumed / n),
  };
}

/** Every number within, as published. */
function rounded<T>(value: T): T {
  if (typeof value === 'number') return round6(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rounded(member)])) as T;
}

/** The score of a state at a time not before its last event. */
export function scoreAt(state: LoyaltyState, asOf: number, context: ViewContext): LoyaltyScore {
  return loyaltyAt(loyaltyInputs(state), asOf, context);
}

function loyaltyInputs({ behaviour, attitude, advocacy, process }: LoyaltyState): LoyaltyInputs {
  return { purchases: behaviour.purchases, contract: contractOf(behaviour), attitude, advocacy, process };
}

/** The bands that silence will take the customer through, from the last event on. */
function intervalsOf(state: LoyaltyState, context: ViewContext): readonly BandInterval<LoyaltyBand>[] {
  return bandIntervals(
    state.at,
    (at) => scoreAt(state, at, context).band,
    (at) => nextLoyaltyBandAt(loyaltyInputs(state), at, context),
  );
}

/** The list of customers by loyalty: one row for each band that silence takes a customer through. */
export const LOYALTY_LIST: ListDefinition = {
  columns: {
    band: 'text',
    fromAt: 'integer',
    toAt: 'integer',
    score: 'real',
    coverage: 'real',
    scoredAt: 'integer',
  },
  indexes: [['band', 'score']],
  drifting: ['score', 'scoredAt'],
};

/** The rows of a customer. Scores are those at the context's time where it lies in the band, else at its nearer end. */
export function loyaltyRows(state: LoyaltyState, context: ViewContext): readonly ListRow[] {
  return intervalsOf(state, context).map(({ band, from, to }, number) => {
    const at = Math.max(from, to === null ? context.asOf : Math.min(context.asOf, to - 1));
    const { score, coverage } = scoreAt(state, at, context);
    return {
      // The same row whenever the customer is heard of: what did not change in it is not written again.
      key: String(number),
      columns: { band, fromAt: from, toAt: to, score, coverage, scoredAt: at },
    };
  });
}

import { formatTime, type ListDefinition, type ListRow } from '#event-sourcing';
import { type ChurnBand, churnScore, nextBandAt, round6, type ViewContext } from '#scoring';
import { type BandInterval, bandIntervals } from './band-intervals.js';
import { churnInputs, type ChurnState, unknownCustomer } from './churn-state.js';

/** How likely the customer is to leave, as published. */
export interface ChurnRiskView {
  /** Chance of churn within the horizon, 0…1. */
  readonly risk: number;
  /** How much of the room between the risk just after a purchase and certainty is used up, 0…1: what bands are of. */
  readonly excess: number;
  readonly band: ChurnBand;
  /** Present when the last contract has ended. */
  readonly left?: true;
  /** What the behavioural part rests on. */
  readonly kind: 'contractual' | 'non-contractual' | 'base-rate';
  readonly horizonDays: number;
  /** Chance that a non-contractual customer still buys at all. */
  readonly pAlive?: number;
  /** 1 where behaviour is known, 0 where the policy's base rate stands in for it. */
  readonly coverage: number;
  /** False until the model is fitted to the company's own events. */
  readonly calibrated: boolean;
  readonly modelVersion: string;
  readonly policyVersion: string;
  /** Present when the model was trained through a later time than is asked about. */
  readonly lookAhead?: true;
  /** When silence alone will put the customer into another band; absent when it will not. */
  readonly nextBandAt?: string;
}

/** The published risk of a state; `undefined` is a customer of whom nothing is known. */
export function churnRiskView(state: ChurnState | undefined, context: ViewContext): ChurnRiskView {
  const { asOf, model, policy } = context;
  const known = state ?? unknownCustomer(asOf);
  const inputs = churnInputs(known);
  const score = churnScore(inputs, asOf, context);
  const nextAt = nextBandAt(inputs, asOf, context);
  return {
    risk: round6(score.risk),
    excess: round6(score.excess),
    band: score.band,
    ...(score.left && { left: true }),
    kind: score.kind,
    horizonDays: score.horizonDays,
    ...(score.pAlive !== null && { pAlive: round6(score.pAlive) }),
    coverage: score.coverage,
    calibrated: model.calibrated,
    modelVersion: model.version,
    policyVersion: policy.version,
    ...(context.lookAhead && { lookAhead: true }),
    ...(nextAt !== null && { nextBandAt: formatTime(nextAt) }),
  };
}

/** The bands that silence will take the customer through, from the last event on. */
export function intervalsOf(state: ChurnState, context: ViewContext): readonly BandInterval<ChurnBand>[] {
  const inputs = churnInputs(state);
  return bandIntervals(
    state.at,
    (at) => churnScore(inputs, at, context).band,
    (at) => nextBandAt(inputs, at, context),
  );
}

/** The list of customers by risk: one row for each band that silence takes a customer through. */
export const CHURN_LIST: ListDefinition = {
  columns: {
    band: 'text',
    fromAt: 'integer',
    toAt: 'integer',
    kind: 'text',
    left: 'integer',
    excess: 'real',
    risk: 'real',
    scoredAt: 'integer',
  },
  indexes: [['band', 'excess']],
  drifting: ['excess', 'risk', 'scoredAt'],
};

/** The rows of a customer. Scores are those at the context's time where it lies in the band, else at its nearer end. */
export function churnRows(state: ChurnState, context: ViewContext): readonly ListRow[] {
  const inputs = churnInputs(state);
  return intervalsOf(state, context).map(({ band, from, to }, number) => {
    const at = Math.max(from, to === null ? context.asOf : Math.min(context.asOf, to - 1));
    const score = churnScore(inputs, at, context);
    return {
      // The same row whenever the customer is heard of: what did not change in it is not written again.
      key: String(number),
      columns: {
        band,
        fromAt: from,
        toAt: to,
        kind: score.kind,
        left: score.left ? 1 : 0,
        excess: round6(score.excess),
        risk: round6(score.risk),
        scoredAt: at,
      },
    };
  });
}

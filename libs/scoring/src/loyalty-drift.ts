import { advocacyAt } from './advocacy.js';
import { type BehaviourInputs, behaviouralRisk, churnKind, type ScoringContext } from './behaviour.js';
import type { Decayed } from './decay.js';
import { type DecayedMean, shrunkMean } from './decayed-mean.js';
import { type Drift, jumpOf, mapped, monotone } from './drift.js';
import { dueAfter, firstChange, HUNDREDTHS } from './due.js';
import { type LoyaltyScore, loyaltyScore, weightedPoints } from './loyalty-score.js';
import { millionths } from './millionths.js';
import { LOYALTY_COMPONENTS, type LoyaltyComponent, type ScoringPolicy } from './policy.js';

/** What loyalty is a function of, besides time, policy and model: plain data, from the fold of a customer. */
export interface LoyaltyInputs extends BehaviourInputs {
  /** Satisfaction 0…1 of each answer. */
  readonly attitude?: DecayedMean;
  readonly advocacy?: Decayed;
  /** Share of the steps done, of each ended contact. */
  readonly process?: DecayedMean;
}

/** The loyalty at `asOf` (ms, not before the customer's last event). Published numbers: six decimal places. */
export function loyaltyAt(inputs: LoyaltyInputs, asOf: number, context: ScoringContext): LoyaltyScore {
  const values: { [component in LoyaltyComponent]?: number } = {};
  for (const [component, drift] of Object.entries(componentDrifts(inputs, context)))
    values[component as LoyaltyComponent] = drift.valueAt(asOf);
  return loyaltyScore(values, context.policy);
}

/** The score (0…100) while nothing happens, not rounded; undefined while no component with a weight is known. */
export function loyaltyDrift(inputs: LoyaltyInputs, context: ScoringContext): Drift | undefined {
  const { policy } = context;
  const drifts = componentDrifts(inputs, context);
  const known = LOYALTY_COMPONENTS.filter((component) => drifts[component] !== undefined);
  const points = (valueOf: (component: LoyaltyComponent, index: number) => number) =>
    weightedPoints(known, valueOf, policy)!;
  if (weightedPoints(known, () => 0, policy) === null) return undefined;
  return {
    valueAt: (at) => points((component) => drifts[component]!.valueAt(at)),
    rangeBetween(from, to) {
      const ranges = known.map((component) => drifts[component]!.rangeBetween(from, to));
      return [points((_, i) => ranges[i]![0]), points((_, i) => ranges[i]![1])];
    },
    jumpAfter: (at) => jumpOf(Object.values(drifts), at),
  };
}

/**
 * The instant (ms) up to which nothing that happens by itself changes the band, or the score rounded to two decimals;
 * null: for ever. This is a row's `due`: see `dueAfter` for when it may come early.
 */
export function loyaltyDue(inputs: LoyaltyInputs, asOf: number, context: ScoringContext): number | null {
  const drift = loyaltyDrift(inputs, context);
  return drift === undefined
    ? null
    : dueAfter(drift, { ...HUNDREDTHS, edges: edgesOf(context.policy) }, asOf);
}

/** The first instant (ms) after `asOf` at which silence alone puts the customer into another band; null: never. */
export function nextLoyaltyBandAt(
  inputs: LoyaltyInputs,
  asOf: number,
  context: ScoringContext,
): number | null {
  const drift = loyaltyDrift(inputs, context);
  if (drift === undefined || loyaltyAt(inputs, asOf, context).band === 'unknown') return null;
  const grid = { edges: edgesOf(context.policy) };
  const bandOf = (at: number) => loyaltyAt(inputs, at, context).band;
  return firstChange(bandOf, asOf, (at) => dueAfter(drift, grid, at));
}

function edgesOf({ loyaltyBands }: ScoringPolicy): readonly number[] {
  return [millionths(loyaltyBands.medium), millionths(loyaltyBands.high)];
}

type ComponentDrifts = { readonly [component in LoyaltyComponent]?: Drift };

/** Each component that is known, while nothing happens: it only rises or only falls. */
function componentDrifts(inputs: LoyaltyInputs, context: ScoringContext): ComponentDrifts {
  const { policy } = context;
  const { attitude, advocacy, process } = inputs;
  return {
    ...(churnKind(inputs, context) !== 'base-rate' && {
      behaviour: mapped(behaviouralRisk(inputs, context), (risk) => 1 - risk),
    }),
    ...(attitude && { attitude: monotone((at) => shrunkMean(attitude, at, policy.attitude)!) }),
    ...(advocacy && { advocacy: monotone((at) => advocacyAt(advocacy, at, policy)!) }),
    ...(process && { process: monotone((at) => shrunkMean(process, at, policy.process)!) }),
  };
}

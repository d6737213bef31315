import { advocacyAt } from './advocacy.js';
import { type BehaviourInputs, behaviouralRisk, churnKind, type ScoringContext } from './behaviour.js';
import type { Decayed } from './decay.js';
import { type DecayedMean, shrunkMean } from './decayed-mean.js';
import { type Drift, jumpOf, mapped, monotone } from './drift.js';
import { dueAfter, firstChange, type Grid, HUNDREDTHS, unchangedBefore } from './due.js';
import { coverageOf, loyaltyBand, type LoyaltyScore, loyaltyScore, weightedMean } from './loyalty-score.js';
import { millionths, round6 } from './millionths.js';
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

/** What a derived row holds of loyalty. */
export interface LoyaltyRow extends Pick<LoyaltyScore, 'score' | 'band'> {
  /** See `loyaltyDue`. */
  readonly due: number | null;
}

/** The row at `asOf`. `behaviour`: the behavioural risk, where the caller has it already. */
export function loyaltyRow(
  inputs: LoyaltyInputs,
  asOf: number,
  context: ScoringContext,
  behaviour = behaviouralRisk(inputs, context),
): LoyaltyRow {
  const { policy } = context;
  const drifts = componentDrifts(inputs, context, behaviour);
  const coverage = coverageOf((component) => drifts[component] !== undefined, policy);
  const drift = scoreDrift(drifts, policy);
  if (drift === undefined) return { score: null, band: loyaltyBand(null, coverage, policy), due: null };
  const score = round6(drift.valueAt(asOf));
  const due = unchangedBefore(drift, gridOf(policy), asOf);
  return { score, band: loyaltyBand(score, coverage, policy), due };
}

/** The score (0…100) while nothing happens, not rounded; undefined while no component with a weight is known. */
export function loyaltyDrift(inputs: LoyaltyInputs, context: ScoringContext): Drift | undefined {
  return scoreDrift(componentDrifts(inputs, context), context.policy);
}

function scoreDrift(drifts: ComponentDrifts, { weights }: ScoringPolicy): Drift | undefined {
  const known = LOYALTY_COMPONENTS.filter((component) => drifts[component] !== undefined);
  const parts = known.map((component) => drifts[component]!);
  const mean = weightedMean(known.map((component) => weights[component]));
  if (mean === undefined) return undefined;
  return {
    valueAt: (at) => mean((i) => parts[i]!.valueAt(at)),
    rangeBetween(from, to) {
      const ranges = parts.map((part) => part.rangeBetween(from, to));
      return [mean((i) => ranges[i]![0]), mean((i) => ranges[i]![1])];
    },
    jumpAfter: (at) => jumpOf(parts, at),
  };
}

/**
 * An instant (ms) before which nothing that happens by itself changes the band, or the score rounded to two decimals;
 * null: for ever. This is a row's `due`: see `unchangedBefore` for how much it may come early.
 */
export function loyaltyDue(inputs: LoyaltyInputs, asOf: number, context: ScoringContext): number | null {
  return loyaltyRow(inputs, asOf, context).due;
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

function gridOf(policy: ScoringPolicy): Grid {
  return { ...HUNDREDTHS, edges: edgesOf(policy) };
}

function edgesOf({ loyaltyBands }: ScoringPolicy): readonly number[] {
  return [millionths(loyaltyBands.medium), millionths(loyaltyBands.high)];
}

type ComponentDrifts = { readonly [component in LoyaltyComponent]?: Drift };

/** Each component that is known, while nothing happens: it only rises or only falls. */
function componentDrifts(
  inputs: LoyaltyInputs,
  context: ScoringContext,
  behaviour = behaviouralRisk(inputs, context),
): ComponentDrifts {
  const { policy } = context;
  const { attitude, advocacy, process } = inputs;
  return {
    ...(churnKind(inputs, context) !== 'base-rate' && {
      behaviour: mapped(behaviour, (risk) => 1 - risk),
    }),
    ...(attitude && { attitude: monotone((at) => shrunkMean(attitude, at, policy.attitude)!) }),
    ...(advocacy && { advocacy: monotone((at) => advocacyAt(advocacy, at, policy)!) }),
    ...(process && { process: monotone((at) => shrunkMean(process, at, policy.process)!) }),
  };
}

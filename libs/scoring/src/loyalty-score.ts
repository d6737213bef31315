import type { Range } from './levels-ahead.js';
import { millionths, round6 } from './millionths.js';
import { LOYALTY_COMPONENTS, type LoyaltyComponent, type ScoringPolicy } from './policy.js';

/** The parts as far as they are known, each 0…1. */
export type KnownComponents = { readonly [component in LoyaltyComponent]?: number };

export type LoyaltyBand = 'low' | 'medium' | 'high' | 'unknown';

/** One part of a loyalty score as published. */
export interface LoyaltyPart {
  readonly component: LoyaltyComponent;
  readonly weight: number;
  /** Null when it was not measured: its weight went to the others. */
  readonly value: number | null;
}

export interface LoyaltyScore {
  /** 0–100; null while no part is known. */
  readonly score: number | null;
  readonly band: LoyaltyBand;
  /** Share of the weights whose parts are known, 0…1. */
  readonly coverage: number;
  readonly components: readonly LoyaltyPart[];
}

/** The weighted mean of the parts that are known. Published numbers: six decimal places. */
export function loyaltyScore(known: KnownComponents, policy: ScoringPolicy): LoyaltyScore {
  let all = 0;
  let weights = 0;
  const components = LOYALTY_COMPONENTS.map((component): LoyaltyPart => {
    const weight = policy.weights[component];
    const value = known[component];
    all += weight;
    if (value === undefined) return { component, weight, value: null };
    weights += weight;
    return { component, weight, value: round6(value) };
  });
  const score = loyaltyPoints(known, policy);
  const coverage = all > 0 ? round6(weights / all) : 0;
  return { score, band: loyaltyBand(score, coverage, policy), coverage, components };
}

/** The score alone. */
export function loyaltyPoints(known: KnownComponents, policy: ScoringPolicy): number | null {
  let weights = 0;
  let sum = 0;
  for (const component of LOYALTY_COMPONENTS) {
    const value = known[component];
    if (value === undefined) continue;
    const weight = policy.weights[component];
    weights += weight;
    sum += weight * value;
  }
  return weights > 0 ? round6((100 * sum) / weights) : null;
}

/**
 * The least and the most that the score can be between two times, from its parts at the one and at the other: while a
 * customer is silent each part only rises or only falls.
 */
export function pointsBetween(from: KnownComponents, to: KnownComponents, policy: ScoringPolicy): Range {
  const parts = (pick: (one: number, other: number) => number) => {
    const picked: { [component in LoyaltyComponent]?: number } = {};
    for (const component of LOYALTY_COMPONENTS) {
      const [one, other] = [from[component], to[component]];
      if (one !== undefined && other !== undefined) picked[component] = pick(one, other);
    }
    return loyaltyPoints(picked, policy) ?? 0;
  };
  return [parts(Math.min), parts(Math.max)];
}

/** The band of a score; unknown while too little is known. */
export function loyaltyBand(
  score: number | null,
  coverage: number,
  { loyaltyBands }: ScoringPolicy,
): LoyaltyBand {
  if (score === null || millionths(coverage) < millionths(loyaltyBands.minimumCoverage)) return 'unknown';
  if (millionths(score) >= millionths(loyaltyBands.high)) return 'high';
  return millionths(score) >= millionths(loyaltyBands.medium) ? 'medium' : 'low';
}

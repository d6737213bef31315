import { millionths, round6 } from './millionths.js';
import { LOYALTY_COMPONENTS, type LoyaltyComponent, type ScoringPolicy } from './policy.js';

/** The components that are known, each 0…1. */
export type KnownComponents = { readonly [component in LoyaltyComponent]?: number };

export type LoyaltyBand = 'low' | 'medium' | 'high' | 'unknown';

/** One component of a loyalty score as published. */
export interface LoyaltyPart {
  readonly component: LoyaltyComponent;
  readonly weight: number;
  /** Null if not known: the other components share its weight. */
  readonly value: number | null;
}

export interface LoyaltyScore {
  /** 0–100; null while no component is known. */
  readonly score: number | null;
  readonly band: LoyaltyBand;
  /** Share of the weights whose components are known, 0…1. */
  readonly coverage: number;
  readonly components: readonly LoyaltyPart[];
}

/** The weighted mean of the components that are known, as published: six decimal places. */
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
  const points = loyaltyPoints(known, policy);
  const score = points === null ? null : round6(points);
  const coverage = all > 0 ? round6(weights / all) : 0;
  return { score, band: loyaltyBand(score, coverage, policy), coverage, components };
}

/** The score alone, not rounded; null while no component with a weight is known. */
export function loyaltyPoints(known: KnownComponents, policy: ScoringPolicy): number | null {
  const components = LOYALTY_COMPONENTS.filter((component) => known[component] !== undefined);
  return weightedPoints(components, (component) => known[component]!, policy);
}

/** The weighted mean of some components (in their usual order) times 100; null where none has a weight. */
export function weightedPoints(
  components: readonly LoyaltyComponent[],
  valueOf: (component: LoyaltyComponent, index: number) => number,
  { weights }: ScoringPolicy,
): number | null {
  let unit = 0;
  for (const component of components) unit = Math.max(unit, weights[component]);
  if (unit === 0) return null;
  let [all, sum] = [0, 0];
  for (let i = 0; i < components.length; i++) {
    // Relative to the greatest weight, so that ratios of tiny weights are not lost either.
    const weight = weights[components[i]!] / unit;
    all += weight;
    sum += weight * valueOf(components[i]!, i);
  }
  return (100 * sum) / all;
}

/** The band of a score; `unknown` while coverage is below the policy's minimum. */
export function loyaltyBand(
  score: number | null,
  coverage: number,
  { loyaltyBands }: ScoringPolicy,
): LoyaltyBand {
  if (score === null || millionths(coverage) < millionths(loyaltyBands.minimumCoverage)) return 'unknown';
  if (millionths(score) >= millionths(loyaltyBands.high)) return 'high';
  return millionths(score) >= millionths(loyaltyBands.medium) ? 'medium' : 'low';
}

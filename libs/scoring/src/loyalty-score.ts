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
  const components = LOYALTY_COMPONENTS.map((component): LoyaltyPart => {
    const value = known[component];
    const weight = policy.weights[component];
    return { component, weight, value: value === undefined ? null : round6(value) };
  });
  const points = loyaltyPoints(known, policy);
  const score = points === null ? null : round6(points);
  const coverage = coverageOf((component) => known[component] !== undefined, policy);
  return { score, band: loyaltyBand(score, coverage, policy), coverage, components };
}

/** Share of the weights whose components are known, 0…1. */
export function coverageOf(
  isKnown: (component: LoyaltyComponent) => boolean,
  { weights }: ScoringPolicy,
): number {
  let [all, known] = [0, 0];
  for (const component of LOYALTY_COMPONENTS) {
    all += weights[component];
    if (isKnown(component)) known += weights[component];
  }
  return all > 0 ? round6(known / all) : 0;
}

/** The score alone, not rounded; null while no component with a weight is known. */
export function loyaltyPoints(known: KnownComponents, { weights }: ScoringPolicy): number | null {
  const components = LOYALTY_COMPONENTS.filter((component) => known[component] !== undefined);
  const mean = weightedMean(components.map((component) => weights[component]));
  return mean?.((i) => known[components[i]!]!) ?? null;
}

/** The weighted mean times 100 of values 0…1, as a function of them; undefined where none has a weight. */
export function weightedMean(
  weights: readonly number[],
): ((valueOf: (index: number) => number) => number) | undefined {
  const unit = Math.max(0, ...weights);
  if (unit === 0) return undefined;
  // Relative to the greatest weight, so that ratios of tiny weights are not lost either.
  const shares = weights.map((weight) => weight / unit);
  let all = 0;
  for (const share of shares) all += share;
  return (valueOf) => {
    let sum = 0;
    for (let i = 0; i < shares.length; i++) sum += shares[i]! * valueOf(i);
    return (100 * sum) / all;
  };
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

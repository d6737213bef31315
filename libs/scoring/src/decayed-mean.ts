import { remaining } from './decay.js';
import type { ShrunkMeanPolicy } from './policy.js';

/** Values and their number, both decayed to `at` (ms): enough for a mean at any later time. */
export interface DecayedMean {
  readonly sum: number;
  readonly weight: number;
  readonly at: number;
}

/** The mean's state with one more value, 0…1, in business order. */
export function addToMean(
  mean: DecayedMean | undefined,
  at: number,
  value: number,
  halfLifeDays: number,
): DecayedMean {
  if (mean === undefined) return { sum: value, weight: 1, at };
  const later = Math.max(at, mean.at);
  const kept = remaining(later - mean.at, halfLifeDays);
  const fresh = remaining(later - at, halfLifeDays);
  return { sum: mean.sum * kept + value * fresh, weight: mean.weight * kept + fresh, at: later };
}

/**
 * (Σ 2^(−age/h)·v + m·μ) / (Σ 2^(−age/h) + m): few or old values count little against the population's mean.
 * Undefined while no value is known: a missing measurement is missing, not average.
 */
export function shrunkMean(
  mean: DecayedMean | undefined,
  asOf: number,
  policy: ShrunkMeanPolicy,
): number | undefined {
  if (mean === undefined) return undefined;
  const kept = remaining(asOf - mean.at, policy.halfLifeDays);
  return (mean.sum * kept + policy.priorWeight * policy.mean) / (mean.weight * kept + policy.priorWeight);
}

import { remaining } from './decay.js';
import type { ShrunkMeanPolicy } from './policy.js';

/**
 * Values and their number, both decayed relative to the newest value (`at`, ms), so that `weight` is at least 1 however
 * old the values are: enough for a mean at any later time.
 */
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
 * Undefined while no value is known: a missing measurement is missing, not average. Moves towards μ as time goes by.
 */
export function shrunkMean(
  mean: DecayedMean | undefined,
  asOf: number,
  policy: ShrunkMeanPolicy,
): number | undefined {
  if (mean === undefined) return undefined;
  return policy.mean + ownShare(mean, asOf, policy) * (mean.sum / mean.weight - policy.mean);
}

/**
 * The share of a shrunk mean that rests on the customer's own values, 0…1. Without a prior it is 1 however old they
 * are: values that have all but faded still weigh the same among themselves.
 */
export function ownShare(mean: DecayedMean, asOf: number, policy: ShrunkMeanPolicy): number {
  if (policy.priorWeight === 0) return 1;
  const own = mean.weight * remaining(asOf - mean.at, policy.halfLifeDays);
  return own / (own + policy.priorWeight);
}

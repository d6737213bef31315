import { HOUR } from './duration.js';

/**
 * Spells of open issues, counted per bin of age: how many were resolved in it, and the time (integer ms) that
 * issues spent in it. Additive: spells can be added and removed exactly.
 */
export interface HazardCounts {
  readonly resolved: readonly number[];
  readonly exposure: readonly number[];
}

/** Counts of zero in each bin. */
export function noSpells(bins: readonly number[]): HazardCounts {
  return { resolved: bins.map(() => 0), exposure: bins.map(() => 0) };
}

/** The counts with a spell of this age (ms) added (sign 1) or removed (sign −1). Not ended by a resolution: censored. */
export function withSpell(
  counts: HazardCounts,
  spell: { age: number; resolved: boolean },
  bins: readonly number[],
  sign: 1 | -1 = 1,
): HazardCounts {
  const last = bins.findLastIndex((hours) => spell.age >= hours * HOUR);
  return {
    resolved: counts.resolved.map((d, k) => d + (spell.resolved && k === last ? sign : 0)),
    exposure: counts.exposure.map((e, k) => e + sign * timeInBin(bins, k, 0, spell.age)),
  };
}

/** Resolutions per hour in bin k: (d + ½) / (E + 12 h), so that an empty bin has a plausible rate. */
export function hazardOf(counts: HazardCounts, k: number): number {
  return (counts.resolved[k]! + 0.5) / (counts.exposure[k]! / HOUR + 12);
}

/** P(resolved within `within` ms | open for `age` ms) = 1 − S(age + within) / S(age). */
export function resolvedWithin(
  counts: HazardCounts,
  age: number,
  within: number,
  bins: readonly number[],
): number {
  let cumulative = 0;
  for (let k = 0; k < bins.length; k++) {
    cumulative += (hazardOf(counts, k) * timeInBin(bins, k, age, age + within)) / HOUR;
  }
  return -Math.expm1(-cumulative);
}

function timeInBin(bins: readonly number[], k: number, from: number, to: number): number {
  const begin = bins[k]! * HOUR;
  const end = k + 1 < bins.length ? bins[k + 1]! * HOUR : Infinity;
  return Math.max(0, Math.min(to, end) - Math.max(from, begin));
}

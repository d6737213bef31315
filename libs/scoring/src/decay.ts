import { DAY } from './duration.js';
import { exp2 } from './special-functions.js';

/**
 * A forward-decayed sum (Cormode, Shkapenyuk, Srivastava & Xu, ICDE 2009): each item weighs
 * 2^(−age / half-life) at the time of reading.
 *
 * The paper keeps Σ w·2^((t − L)/h) for one fixed landmark L and divides by 2^((asOf − L)/h) on reading. With h of
 * 30 days the years 1970–2200 span 2^2800, and a double ends at 2^1024; so what is kept is the same sum divided by
 * 2^((at − L)/h), `at` being the time of the last item: the landmark cancels, nothing overflows. Adding is
 * still O(1). Rounding depends on the order of adding: add in business order.
 */
export interface Decayed {
  readonly z: number;
  /** Milliseconds. */
  readonly at: number;
}

/** The share of a weight that is left after some time. */
export function remaining(millis: number, halfLifeDays: number): number {
  return exp2(-millis / (halfLifeDays * DAY));
}

/** The sum as read at `asOf`. */
export function decayedAt(sum: Decayed | undefined, asOf: number, halfLifeDays: number): number {
  return sum === undefined ? 0 : sum.z * remaining(asOf - sum.at, halfLifeDays);
}

/** The sum with one more item of this weight at `at`. */
export function addDecayed(
  sum: Decayed | undefined,
  at: number,
  weight: number,
  halfLifeDays: number,
): Decayed {
  if (sum === undefined) return { z: weight, at };
  if (at < sum.at) return { z: sum.z + weight * remaining(sum.at - at, halfLifeDays), at: sum.at };
  return { z: sum.z * remaining(at - sum.at, halfLifeDays) + weight, at };
}

/** The sum at `at` without a part that was added to it before (for instance one issue's); never below 0. */
export function withoutDecayed(
  sum: Decayed | undefined,
  part: Decayed | undefined,
  at: number,
  halfLifeDays: number,
): Decayed | undefined {
  if (sum === undefined || part === undefined) return sum;
  const z = decayedAt(sum, at, halfLifeDays) - decayedAt(part, at, halfLifeDays);
  // A tiny remainder is rounding, not a signal.
  return { z: z > 1e-12 ? z : 0, at };
}

import type { Interval } from '../confidence.js';

/**
 * Numbers in [0, 1) that look random and are the same for the same seed (mulberry32, 32 bits of state): scores read no
 * randomness, and a report that is made again is the same report.
 */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How a bootstrap is drawn. */
export interface Resampling {
  /** How many times. */
  readonly draws: number;
  readonly seed: number;
}

/**
 * The interval of 95 % of a statistic by the percentile bootstrap: `units` things (customers, with all their forecasts)
 * are drawn with replacement, `draws` times, and the statistic is told how often each was drawn. Several statistics of
 * the same draws are paired. Null where every draw gave null.
 */
export function bootstrapIntervals(
  units: number,
  statistics: (times: Uint32Array) => readonly (number | null)[],
  { draws, seed }: Resampling,
): readonly (Interval | null)[] {
  const random = randomFrom(seed);
  const values: number[][] = [];
  const times = new Uint32Array(units);
  for (let draw = 0; draw < draws; draw++) {
    times.fill(0);
    for (let i = 0; i < units; i++) times[Math.floor(random() * units)]! += 1;
    statistics(times).forEach((value, k) => {
      values[k] ??= [];
      if (value !== null) values[k].push(value);
    });
  }
  return values.map((drawn) => {
    if (drawn.length === 0) return null;
    drawn.sort((a, b) => a - b);
    return { low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
  });
}

/** Linear between the two nearest of ascending values. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

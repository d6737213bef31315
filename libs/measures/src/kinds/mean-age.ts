import type { Kind } from '../measure.js';

/**
 * The mean time, in whole seconds, from a column's time to the end of the bucket. No interval: it is of all cases there, no
 * sample.
 */
export function meanAge(since: string): Kind {
  return {
    unit: 'seconds',
    minimum: 1,
    sums: [since],
    figureOf({ rows: n, sums }, at) {
      const age = Math.round((n * at - (sums[since] ?? 0)) / 1_000);
      return {
        value: n === 0 ? null : Math.round(age / n),
        numerator: age,
        denominator: n,
        n,
        interval: null,
      };
    },
  };
}

import { round6 } from '#scoring';
import type { Kind } from '../measure.js';
import { tQuantile } from './t-quantile.js';

/** How many of what a column holds are one of the unit: seconds are stored in milliseconds, scores in millionths. */
const STORED = { seconds: 1_000, score: 1_000_000 } as const;

/**
 * The mean of a column, with the interval of Student's t, which is right for many cases also where they are not normal.
 */
export function mean(column: string, unit: keyof typeof STORED): Kind {
  const stored = STORED[unit];
  return {
    unit,
    minimum: 5,
    sums: [column],
    squares: [column],
    figureOf({ rows: n, sums, squares }) {
      const sum = sums[column] ?? 0;
      const average = n === 0 ? null : sum / n;
      return {
        value: average === null ? null : round6(average / stored),
        numerator: round6(sum / stored),
        denominator: n,
        n,
        interval: average === null || n < 2 ? null : around(average, squares[column] ?? 0, n, stored),
      };
    },
  };
}

function around(average: number, squares: number, n: number, stored: number) {
  // Rounding can make the difference of two large numbers slightly negative.
  const variance = Math.max(0, (squares - n * average * average) / (n - 1));
  const margin = tQuantile(n - 1) * Math.sqrt(variance / n);
  return {
    low: round6((average - margin) / stored),
    high: round6((average + margin) / stored),
    method: 'student-t',
  };
}

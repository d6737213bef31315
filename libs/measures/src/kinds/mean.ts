import { round6 } from '#scoring';
import type { Kind } from '../measure.js';
import { tQuantile } from './t-quantile.js';

/**
 * The mean of a column, divided by `unit` (1,000 for milliseconds shown as seconds), with the interval of Student's t,
 * which is right for many cases also where they are not normal.
 */
export function mean(column: string, unit: number): Kind {
  return {
    sums: [column],
    squares: [column],
    figureOf({ rows: n, sums, squares }) {
      const sum = sums[column] ?? 0;
      const average = n === 0 ? null : sum / n;
      return {
        value: average === null ? null : round6(average / unit),
        numerator: round6(sum / unit),
        denominator: n,
        n,
        interval: average === null || n < 2 ? null : around(average, squares[column] ?? 0, n, unit),
      };
    },
  };
}

function around(average: number, squares: number, n: number, unit: number) {
  // Rounding can make the difference of two large numbers slightly negative.
  const variance = Math.max(0, (squares - n * average * average) / (n - 1));
  const margin = tQuantile(n - 1) * Math.sqrt(variance / n);
  return {
    low: round6((average - margin) / unit),
    high: round6((average + margin) / unit),
    method: 'student-t',
  };
}

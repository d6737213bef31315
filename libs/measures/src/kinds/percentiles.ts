import { round6, Z95 } from '#scoring';
import type { Kind } from '../measure.js';

/**
 * Median and 90th percentile of a column (nearest rank, so each is a value that occurred), divided by `unit`. The interval
 * is the median's, by order statistics: it assumes nothing about how the values are spread.
 */
export function percentiles(column: string, unit: number): Kind {
  return {
    values: column,
    numerator: [],
    figureOf({ rows: n, values }) {
      const sorted = ([...values] as [value: number, times: number][]).sort(([a], [b]) => a - b);
      const at = (rank: number): number => round6(valueAt(sorted, Math.min(n, Math.max(1, rank))) / unit);
      const spread = (Z95 * Math.sqrt(n)) / 2;
      const interval = {
        low: n === 0 ? 0 : at(Math.floor(n / 2 - spread)),
        high: n === 0 ? 0 : at(Math.ceil(n / 2 + 1 + spread)),
        method: 'order-statistics',
      };
      return {
        value: n === 0 ? null : at(Math.ceil(n / 2)),
        p90: n === 0 ? null : at(Math.ceil((9 * n) / 10)),
        ...{ numerator: n, denominator: n, n },
        interval: n < 6 ? null : interval,
      };
    },
  };
}

/** The value of a rank (from 1) among values with how often each occurs, ascending. */
function valueAt(sorted: readonly (readonly [value: number, times: number])[], rank: number): number {
  let passed = 0;
  for (const [value, times] of sorted) {
    passed += times;
    if (passed >= rank) return value;
  }
  return sorted.at(-1)![0];
}

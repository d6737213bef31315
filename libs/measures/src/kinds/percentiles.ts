import { round6, Z95 } from '#scoring';
import type { Kind } from '../measure.js';

/**
 * Median and 90th percentile, in seconds, of a column of milliseconds (nearest rank, so each is a value that occurred). The
 * interval is the median's, by order statistics: it assumes nothing about how the values are spread.
 */
export function percentiles(column: string): Kind {
  return {
    unit: 'seconds',
    minimum: 5,
    spread: column,
    numerator: [],
    figureOf({ rows: n, spreads }) {
      const sorted = ascending(spreads);
      const at = (rank: number): number =>
        round6(sorted[Math.min(sorted.length, Math.max(1, rank)) - 1]! / 1_000);
      const spread = (Z95 * Math.sqrt(n)) / 2;
      const isKnown = sorted.length > 0;
      return {
        value: isKnown ? at(Math.ceil(n / 2)) : null,
        p90: isKnown ? at(Math.ceil((9 * n) / 10)) : null,
        ...{ numerator: n, denominator: n, n },
        interval:
          n < 6 || !isKnown
            ? null
            : {
                low: at(Math.floor(n / 2 - spread)),
                high: at(Math.ceil(n / 2 + 1 + spread)),
                method: 'order-statistics',
              },
      };
    },
  };
}

function ascending(parts: readonly (readonly number[])[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.sort();
}

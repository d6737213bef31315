import { round6, wilson } from '#scoring';
import type { ListCondition } from '#views';
import type { Kind } from '../measure.js';

/** The share of rows that meet conditions, with Wilson's interval. */
export function share(numerator: readonly ListCondition[]): Kind {
  return {
    unit: 'share',
    minimum: 5,
    counts: { numerator },
    numerator,
    figureOf({ rows, counts }) {
      const hits = counts['numerator'] ?? 0;
      const found = wilson(hits, rows);
      return {
        value: found && round6(found.share),
        numerator: hits,
        denominator: rows,
        n: rows,
        interval: found && { low: round6(found.low), high: round6(found.high), method: 'wilson' },
      };
    },
  };
}

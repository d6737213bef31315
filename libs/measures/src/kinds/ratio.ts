import { round6, wilson } from '#scoring';
import type { Kind } from '../measure.js';

/**
 * The sum of one column divided by the sum of another that is at least as large. What was counted within one case hangs
 * together, so the interval takes each case for one observation: it is rather too wide than too narrow.
 */
export function ratio(part: string, whole: string): Kind {
  return {
    unit: 'share',
    minimum: 5,
    sums: [part, whole],
    figureOf({ rows, sums }) {
      const [numerator, denominator] = [sums[part] ?? 0, sums[whole] ?? 0];
      const value = denominator === 0 ? null : numerator / denominator;
      const found = value === null ? null : wilson(value * rows, rows);
      return {
        value: value === null ? null : round6(value),
        ...{ numerator, denominator, n: rows },
        interval: found && { low: round6(found.low), high: round6(found.high), method: 'wilson-by-case' },
      };
    },
  };
}

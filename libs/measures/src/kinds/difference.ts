import { npsOf, round6 } from '#scoring';
import type { ListCondition } from '#views';
import type { Kind } from '../measure.js';

/** The share of some rows less the share of others, −1 to 1, with the adjusted Wald interval (as for NPS). */
export function difference(plus: readonly ListCondition[], minus: readonly ListCondition[]): Kind {
  return {
    unit: 'points',
    minimum: 5,
    counts: { plus, minus },
    figureOf({ rows, counts }) {
      const [promoters, detractors] = [counts['plus'] ?? 0, counts['minus'] ?? 0];
      const { nps, interval } = npsOf({ promoters, detractors, n: rows });
      return {
        value: nps === null ? null : round6(nps),
        numerator: promoters - detractors,
        denominator: rows,
        n: rows,
        interval: interval && {
          low: round6(interval.low),
          high: round6(interval.high),
          method: 'adjusted-wald',
        },
      };
    },
  };
}

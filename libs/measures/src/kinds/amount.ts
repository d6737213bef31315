import { majorUnits } from '#customer';
import type { Kind } from '../measure.js';

/**
 * The sum of amounts of money, in their currency. Amounts of different currencies are not added: then there is no value
 * until one currency is asked for. No interval: it is of all cases, no sample.
 */
export function amount(minorUnits: string, currency: string): Kind {
  return {
    unit: 'money',
    minimum: 0,
    sums: [minorUnits],
    values: currency,
    numerator: [],
    figureOf({ rows: n, sums, values }) {
      const [only, ...more] = values;
      const known = typeof only === 'string' && more.length === 0;
      return {
        value: known ? majorUnits(sums[minorUnits] ?? 0, only) : null,
        ...{ numerator: n, denominator: n, n, interval: null },
        ...(n > 0 && { currency: known ? only : null }),
      };
    },
  };
}

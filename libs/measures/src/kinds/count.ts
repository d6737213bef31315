import type { Kind } from '../measure.js';

/** How many rows there are. A count of all cases has no interval: it is no sample. */
export const count: Kind = {
  unit: 'count',
  minimum: 0,
  numerator: [],
  figureOf: ({ rows }) => ({ value: rows, numerator: rows, denominator: rows, n: rows, interval: null }),
};

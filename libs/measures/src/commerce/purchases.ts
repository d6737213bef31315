import { purchasesTable } from '#views';
import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';

export const purchases = defineMeasure({
  name: 'purchases',
  summary: 'Purchases',
  formula: 'number of purchases',
  events: ['PurchaseMade'],
  numerator: 'purchases',
  denominator: null,
  bookedAt: 'when the purchase was made',
  unit: 'count',
  better: 'more',
  leads: false,
  minimum: 0,
  dimensions: { segment: 'segment', currency: 'currency' },
  table: purchasesTable,
  time: 'bookedAt',
  where: [{ column: 'kind', is: '=', value: 'purchase' }],
  kind: count,
});

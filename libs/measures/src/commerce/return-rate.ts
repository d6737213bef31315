import { purchasesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';

export const returnRate = defineMeasure({
  name: 'return-rate',
  summary: 'The share of bookings that are returns: returns by the time of the return',
  formula: 'returns ÷ (purchases + returns)',
  events: ['PurchaseMade', 'PurchaseReturned'],
  numerator: 'returns',
  denominator: 'purchases and returns',
  bookedAt: 'when the purchase or the return happened',
  unit: 'share',
  better: 'less',
  leads: false,
  minimum: 5,
  dimensions: { segment: 'segment', currency: 'currency' },
  table: purchasesTable,
  time: 'bookedAt',
  where: [],
  kind: share([{ column: 'kind', is: '=', value: 'return' }]),
});

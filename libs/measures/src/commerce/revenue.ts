import { purchasesTable } from '#views';
import { amount } from '../kinds/amount.js';
import { defineMeasure, type Measure } from '../measure.js';

/** Purchases with an amount, each counted when it was made. */
export const AMOUNTS_BOUGHT = {
  events: ['PurchaseMade'],
  numerator: 'purchases',
  denominator: null,
  bookedAt: 'when the purchase was made',
  unit: 'money',
  minimum: 0,
  dimensions: { segment: 'segment', currency: 'currency' },
  table: purchasesTable,
  time: 'bookedAt',
  where: [
    { column: 'kind', is: '=', value: 'purchase' },
    { column: 'amountMinor', is: 'not-null' },
  ],
  kind: amount('amountMinor', 'currency'),
} as const satisfies Partial<Measure>;

export const revenue = defineMeasure({
  ...AMOUNTS_BOUGHT,
  name: 'revenue',
  summary: 'What customers bought for, in one currency',
  formula: 'Σ amounts of purchases; returns are not taken off',
  better: 'more',
  leads: false,
});

import { customersTable, purchasesTable } from '#views';
import { amount } from '../kinds/amount.js';
import { count } from '../kinds/count.js';
import { share } from '../kinds/share.js';
import type { Measure } from '../measure.js';

/** Purchases with an amount, each counted when it was made. */
const AMOUNTS_BOUGHT = {
  events: ['PurchaseMade'],
  numerator: 'purchases',
  bookedAt: 'when the purchase was made',
  dimensions: { segment: 'segment', currency: 'currency' },
  table: purchasesTable,
  time: 'bookedAt',
  where: [
    { column: 'kind', is: '=', value: 'purchase' },
    { column: 'amountMinor', is: 'not-null' },
  ],
  kind: amount('amountMinor', 'currency'),
} as const satisfies Partial<Measure>;

export const COMMERCE_MEASURES: readonly Measure[] = [
  {
    name: 'purchases',
    summary: 'Purchases',
    formula: 'number of purchases',
    events: ['PurchaseMade'],
    numerator: 'purchases',
    bookedAt: 'when the purchase was made',
    better: 'more',
    leads: false,
    dimensions: { segment: 'segment', currency: 'currency' },
    table: purchasesTable,
    time: 'bookedAt',
    where: [{ column: 'kind', is: '=', value: 'purchase' }],
    kind: count,
  },
  {
    ...AMOUNTS_BOUGHT,
    name: 'revenue',
    summary: 'What customers bought for, in one currency',
    formula: 'Σ amounts of purchases; returns are not taken off',
    better: 'more',
    leads: false,
  },
  {
    ...AMOUNTS_BOUGHT,
    name: 'revenue-at-risk',
    summary:
      'What those customers bought for who are now at high or critical risk of leaving, in one currency',
    formula:
      'Σ amounts of the period’s purchases of customers whose churn risk is in the band high or critical at `asOf`; lost customers are not counted, returns are not taken off',
    events: ['PurchaseMade', 'ContractStarted', 'ContractEnded'],
    numerator: 'purchases of customers at risk',
    better: 'less',
    leads: true,
    customers: {
      table: customersTable,
      where: [{ column: 'band', is: 'in', value: ['high', 'critical'] }],
    },
  },
  {
    name: 'return-rate',
    summary: 'The share of bookings that are returns: returns by the time of the return',
    formula: 'returns ÷ (purchases + returns)',
    events: ['PurchaseMade', 'PurchaseReturned'],
    numerator: 'returns',
    denominator: 'purchases and returns',
    bookedAt: 'when the purchase or the return happened',
    better: 'less',
    leads: false,
    dimensions: { segment: 'segment', currency: 'currency' },
    table: purchasesTable,
    time: 'bookedAt',
    kind: share([{ column: 'kind', is: '=', value: 'return' }]),
  },
];

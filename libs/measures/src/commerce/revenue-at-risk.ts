import { customersTable } from '#views';
import { defineMeasure } from '../measure.js';
import { AMOUNTS_BOUGHT } from './revenue.js';

export const revenueAtRisk = defineMeasure({
  ...AMOUNTS_BOUGHT,
  name: 'revenue-at-risk',
  summary: 'What those customers bought for who are now at high or critical risk of leaving, in one currency',
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
});

import { mentionsTable } from '#views';
import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';

export const referrals = defineMeasure({
  name: 'referrals',
  summary: 'Customers recommended by customers',
  formula: 'number of referrals',
  events: ['ReferralMade'],
  numerator: 'referrals',
  denominator: null,
  bookedAt: 'when the referral was made',
  unit: 'count',
  better: 'more',
  leads: false,
  minimum: 0,
  dimensions: { segment: 'segment' },
  table: mentionsTable,
  time: 'postedAt',
  where: [{ column: 'kind', is: '=', value: 'referral' }],
  kind: count,
});

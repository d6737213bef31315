import { mentionsTable } from '#views';
import { count } from '../kinds/count.js';
import { mean } from '../kinds/mean.js';
import type { Measure } from '../measure.js';

export const ADVOCACY_MEASURES: readonly Measure[] = [
  {
    name: 'mention-sentiment',
    summary: 'The sentiment of public mentions, −1 to 1, on average',
    formula: 'Σ sentiment ÷ mentions with a sentiment',
    events: ['PublicMentionPosted'],
    numerator: 'sentiment together',
    denominator: 'public mentions whose sentiment is known',
    bookedAt: 'when it was posted',
    better: 'more',
    leads: false,
    dimensions: { segment: 'segment' },
    table: mentionsTable,
    time: 'postedAt',
    where: [
      { column: 'kind', is: '=', value: 'mention' },
      { column: 'sentimentMillionths', is: 'not-null' },
    ],
    kind: mean('sentimentMillionths', 'score'),
  },
  {
    name: 'referrals',
    summary: 'Customers recommended by customers',
    formula: 'number of referrals',
    events: ['ReferralMade'],
    numerator: 'referrals',
    bookedAt: 'when the referral was made',
    better: 'more',
    leads: false,
    dimensions: { segment: 'segment' },
    table: mentionsTable,
    time: 'postedAt',
    where: [{ column: 'kind', is: '=', value: 'referral' }],
    kind: count,
  },
];

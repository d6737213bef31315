import { offersTable } from '#views';
import { share } from '../kinds/share.js';
import type { Measure } from '../measure.js';

/** Offers, each counted when it was made for the first time. */
const OFFERS_MADE = {
  bookedAt: 'when the offer was made first',
  dimensions: {
    category: 'category',
    channel: 'channel',
    team: 'team',
    agent: 'agentId',
    segment: 'segment',
  },
  table: offersTable,
  time: 'madeAt',
} as const satisfies Partial<Measure>;

export const SELLING_MEASURES: readonly Measure[] = [
  {
    ...OFFERS_MADE,
    name: 'offer-acceptance',
    summary: 'The share of offers that the customer took',
    formula: 'offers accepted ÷ offers whose outcome is known',
    events: ['OfferMade'],
    numerator: 'offers accepted',
    denominator: 'offers whose outcome is known',
    better: 'more',
    leads: false,
    where: [
      { column: 'kind', is: '=', value: 'offer' },
      { column: 'accepted', is: 'not-null' },
    ],
    kind: share([{ column: 'accepted', is: '=', value: 1 }]),
  },
  {
    ...OFFERS_MADE,
    name: 'offer-suitability',
    summary: 'The share of offers that suited the need that was found: ethical selling',
    formula: 'suitable offers ÷ offers of which it is known',
    events: ['OfferMade', 'NeedsIdentified'],
    numerator: 'suitable offers',
    denominator: 'offers of which it is known whether they suit',
    better: 'more',
    leads: true,
    where: [
      { column: 'kind', is: '=', value: 'offer' },
      { column: 'suitable', is: 'not-null' },
    ],
    kind: share([{ column: 'suitable', is: '=', value: 1 }]),
  },
];

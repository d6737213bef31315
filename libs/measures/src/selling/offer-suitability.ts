import { offersTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';

export const offerSuitability = defineMeasure({
  name: 'offer-suitability',
  summary: 'The share of offers that suited the need that was found: ethical selling',
  formula: 'suitable offers ÷ offers of which it is known',
  events: ['OfferMade', 'NeedsIdentified'],
  numerator: 'suitable offers',
  denominator: 'offers of which it is known whether they suit',
  bookedAt: 'when the offer was made first',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  dimensions: {
    category: 'category',
    channel: 'channel',
    team: 'team',
    agent: 'agentId',
    segment: 'segment',
  },
  table: offersTable,
  time: 'madeAt',
  where: [
    { column: 'kind', is: '=', value: 'offer' },
    { column: 'suitable', is: 'not-null' },
  ],
  kind: share([{ column: 'suitable', is: '=', value: 1 }]),
});

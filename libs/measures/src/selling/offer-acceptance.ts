import { offersTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';

export const offerAcceptance = defineMeasure({
  name: 'offer-acceptance',
  summary: 'The share of offers that the customer took',
  formula: 'offers accepted ÷ offers whose outcome is known',
  events: ['OfferMade'],
  numerator: 'offers accepted',
  denominator: 'offers whose outcome is known',
  bookedAt: 'when the offer was made first',
  unit: 'share',
  better: 'more',
  leads: false,
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
    { column: 'accepted', is: 'not-null' },
  ],
  kind: share([{ column: 'accepted', is: '=', value: 1 }]),
});

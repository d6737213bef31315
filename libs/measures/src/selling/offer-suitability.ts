import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { OFFERS_MADE } from './offer-rows.js';

export const offerSuitability = defineMeasure({
  ...OFFERS_MADE,
  name: 'offer-suitability',
  summary: 'The share of offers that suited the need that was found: ethical selling',
  formula: 'suitable offers ÷ offers of which it is known',
  events: ['OfferMade', 'NeedsIdentified'],
  numerator: 'suitable offers',
  denominator: 'offers of which it is known whether they suit',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  where: [
    { column: 'kind', is: '=', value: 'offer' },
    { column: 'suitable', is: 'not-null' },
  ],
  kind: share([{ column: 'suitable', is: '=', value: 1 }]),
});

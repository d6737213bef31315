import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { OFFERS_MADE } from './offer-rows.js';

export const offerAcceptance = defineMeasure({
  ...OFFERS_MADE,
  name: 'offer-acceptance',
  summary: 'The share of offers that the customer took',
  formula: 'offers accepted ÷ offers whose outcome is known',
  events: ['OfferMade'],
  numerator: 'offers accepted',
  denominator: 'offers whose outcome is known',
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
  where: [
    { column: 'kind', is: '=', value: 'offer' },
    { column: 'accepted', is: 'not-null' },
  ],
  kind: share([{ column: 'accepted', is: '=', value: 1 }]),
});

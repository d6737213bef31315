import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN } from './contact-rows.js';

export const surveyCoverage = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'survey-coverage',
  summary: 'The share of contacts after which the customer was asked for an opinion',
  formula: 'contacts about which a survey was sent ÷ contacts that have ended',
  events: ['ContactEnded', 'SurveySent'],
  numerator: 'contacts about which a survey was sent',
  denominator: 'contacts that have ended',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  where: [{ column: 'endedAt', is: 'not-null' }],
  kind: share([{ column: 'surveyed', is: '=', value: 1 }]),
});

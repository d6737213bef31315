import { contactsTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const surveyCoverage = defineMeasure({
  name: 'survey-coverage',
  summary: 'The share of contacts after which the customer was asked for an opinion',
  formula: 'contacts about which a survey was sent ÷ contacts that have ended',
  events: ['ContactEnded', 'SurveySent'],
  numerator: 'contacts about which a survey was sent',
  denominator: 'contacts that have ended',
  bookedAt: 'when the contact began',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [{ column: 'endedAt', is: 'not-null' }],
  kind: share([{ column: 'surveyed', is: '=', value: 1 }]),
});

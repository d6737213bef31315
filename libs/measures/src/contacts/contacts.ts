import { contactsTable } from '#views';
import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const contacts = defineMeasure({
  name: 'contacts',
  summary: 'Contacts that took place',
  formula: 'number of contacts',
  events: ['ContactStarted', 'ContactEnded'],
  numerator: 'contacts',
  denominator: null,
  bookedAt: 'when the contact began',
  unit: 'count',
  better: null,
  leads: true,
  minimum: 0,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [],
  kind: count,
});

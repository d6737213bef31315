import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN } from './contact-rows.js';

export const contacts = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'contacts',
  summary: 'Contacts that took place',
  formula: 'number of contacts',
  events: ['ContactStarted', 'ContactEnded'],
  numerator: 'contacts',
  denominator: null,
  unit: 'count',
  better: null,
  leads: true,
  minimum: 0,
  where: [],
  kind: count,
});

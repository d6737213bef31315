import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';
import { HANDLINGS_BEGUN } from './handling-rows.js';

export const agentContacts = defineMeasure({
  ...HANDLINGS_BEGUN,
  name: 'agent-contacts',
  summary: 'Contacts that an agent worked on: one that several worked on counts for each',
  formula: 'number of (contact, agent)',
  events: ['CustomerGreeted', 'ContactEnded'],
  numerator: 'contacts in which the agent greeted the customer',
  denominator: null,
  unit: 'count',
  better: null,
  leads: true,
  minimum: 0,
  where: [],
  kind: count,
});

import { handlingsTable } from '#views';
import { count } from '../kinds/count.js';
import { defineMeasure } from '../measure.js';

export const agentContacts = defineMeasure({
  name: 'agent-contacts',
  summary: 'Contacts that an agent worked on: one that several worked on counts for each',
  formula: 'number of (contact, agent)',
  events: ['CustomerGreeted', 'ContactEnded'],
  numerator: 'contacts in which the agent greeted the customer',
  denominator: null,
  bookedAt: 'when the contact began',
  unit: 'count',
  better: null,
  leads: true,
  minimum: 0,
  dimensions: {
    agent: 'agentId',
    team: 'team',
    channel: 'channel',
    direction: 'direction',
    queue: 'queue',
    category: 'category',
    segment: 'segment',
    agentKind: 'agentKind',
  },
  table: handlingsTable,
  time: 'startedAt',
  where: [],
  kind: count,
});

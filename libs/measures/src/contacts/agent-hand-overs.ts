import { handlingsTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';

export const agentHandOvers = defineMeasure({
  name: 'agent-hand-overs',
  summary: 'The share of an agent’s contacts that the agent handed to somebody else',
  formula: 'contacts that the agent handed on ÷ contacts that the agent worked on',
  events: ['CustomerGreeted', 'ContactTransferred'],
  numerator: 'contacts that the agent handed on',
  denominator: 'contacts that the agent worked on',
  bookedAt: 'when the contact began',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
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
  kind: share([{ column: 'transferredOn', is: '=', value: 1 }]),
});

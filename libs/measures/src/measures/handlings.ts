import { handlingsTable } from '#views';
import { count } from '../kinds/count.js';
import { mean } from '../kinds/mean.js';
import { share } from '../kinds/share.js';
import type { Measure } from '../measure.js';

/** Contacts by the agents who worked on them, each counted when the contact began. */
const HANDLINGS_BEGUN = {
  bookedAt: 'when the contact began',
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
} as const satisfies Partial<Measure>;

export const HANDLING_MEASURES: readonly Measure[] = [
  {
    ...HANDLINGS_BEGUN,
    name: 'agent-contacts',
    summary: 'Contacts that an agent worked on: one that several worked on counts for each',
    formula: 'number of (contact, agent)',
    events: ['CustomerGreeted', 'ContactEnded'],
    numerator: 'contacts in which the agent greeted the customer',
    better: null,
    leads: true,
    kind: count,
  },
  {
    ...HANDLINGS_BEGUN,
    name: 'agent-handle-time',
    summary: 'The agent’s own part of talk, hold and after-contact work in a contact, on average',
    formula:
      'Σ own part of the handling time ÷ contacts; after a transfer each agent has the time that was the agent’s',
    events: ['CustomerGreeted', 'ContactTransferred', 'ContactEnded'],
    numerator: 'own handling time together, in seconds',
    denominator: 'contacts that the agent worked on and whose times are known',
    better: null,
    leads: true,
    where: [{ column: 'handleMs', is: 'not-null' }],
    kind: mean('handleMs', 'seconds'),
  },
  {
    ...HANDLINGS_BEGUN,
    name: 'agent-hand-overs',
    summary: 'The share of an agent’s contacts that the agent handed to somebody else',
    formula: 'contacts that the agent handed on ÷ contacts that the agent worked on',
    events: ['CustomerGreeted', 'ContactTransferred'],
    numerator: 'contacts that the agent handed on',
    denominator: 'contacts that the agent worked on',
    better: 'less',
    leads: true,
    kind: share([{ column: 'transferredOn', is: '=', value: 1 }]),
  },
];

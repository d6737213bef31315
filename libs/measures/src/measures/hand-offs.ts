import { handoffsTable } from '#views';
import { count } from '../kinds/count.js';
import { share } from '../kinds/share.js';
import type { Measure } from '../measure.js';

/** Hand-offs of contacts and issues, each counted when it happened. */
const HANDOFFS = {
  bookedAt: 'when it was handed on',
  events: ['ContactTransferred', 'IssueTransferred', 'IssueEscalated', 'CustomerGreeted'],
  dimensions: {
    fromAgent: 'fromAgentId',
    toAgent: 'toAgentId',
    fromTeam: 'fromTeam',
    toTeam: 'toTeam',
    kind: 'kind',
    channel: 'channel',
    queue: 'queue',
    category: 'category',
    segment: 'segment',
  },
  table: handoffsTable,
  time: 'handedAt',
} as const satisfies Partial<Measure>;

export const HAND_OFF_MEASURES: readonly Measure[] = [
  {
    ...HANDOFFS,
    name: 'hand-offs',
    summary: 'How often contacts and issues were handed on',
    formula: 'transfers of contacts + transfers of issues + escalations',
    numerator: 'hand-offs',
    better: 'less',
    leads: true,
    kind: count,
  },
  handBacks('agent', 'an agent', 'toAgentId', 'returnsToAgent'),
  handBacks('team', 'a team', 'toTeam', 'returnsToTeam'),
];

function handBacks(who: 'agent' | 'team', one: string, receiver: string, flag: string): Measure {
  return {
    ...HANDOFFS,
    name: `${who}-hand-backs`,
    summary: `The share of hand-offs in a loop: back to ${one} that had handed the same contact or issue on before`,
    formula: `hand-offs to ${one} that had it before (A→B→A) ÷ hand-offs whose receiving ${who} is known`,
    numerator: `hand-offs back to ${one} that had handed it on before`,
    denominator: `hand-offs whose receiving ${who} is known`,
    better: 'less',
    leads: true,
    where: [{ column: receiver, is: 'not-null' }],
    kind: share([{ column: flag, is: '=', value: 1 }]),
  };
}

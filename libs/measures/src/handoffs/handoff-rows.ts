import { handoffsTable } from '#views';
import type { Measure } from '../measure.js';

/** Hand-offs of contacts and issues, each counted when it happened. */
export const HANDOFFS = {
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

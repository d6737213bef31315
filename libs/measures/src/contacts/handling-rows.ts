import { handlingsTable } from '#views';
import type { Measure } from '../measure.js';

/** Contacts by the agents who worked on them, each counted when the contact began. */
export const HANDLINGS_BEGUN = {
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

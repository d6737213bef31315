import { contactsTable, type ListCondition } from '#views';
import type { Measure } from '../measure.js';

/** Contacts, each counted when it began; the agent is the person who finished the contact. */
export const CONTACTS_BEGUN = {
  bookedAt: 'when the contact began',
  dimensions: {
    channel: 'channel',
    direction: 'direction',
    queue: 'queue',
    team: 'team',
    agent: 'agentId',
    category: 'category',
    segment: 'segment',
  },
  table: contactsTable,
  time: 'startedAt',
} as const satisfies Partial<Measure>;

/** Inbound contacts that a person answered, or the customer gave up. */
export const QUEUED: readonly ListCondition[] = [
  { column: 'direction', is: '=', value: 'inbound' },
  { column: 'waitMs', is: 'not-null' },
];

import { offersTable } from '#views';
import type { Measure } from '../measure.js';

/** Offers, each counted when it was made for the first time. */
export const OFFERS_MADE = {
  bookedAt: 'when the offer was made first',
  dimensions: {
    category: 'category',
    channel: 'channel',
    team: 'team',
    agent: 'agentId',
    segment: 'segment',
  },
  table: offersTable,
  time: 'madeAt',
} as const satisfies Partial<Measure>;

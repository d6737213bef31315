import { promisesTable } from '#views';
import type { Measure } from '../measure.js';

/** Promises that have fallen due, each counted when it was due. */
export const PROMISES_DUE = {
  bookedAt: 'when the promise was due; one that is not due yet counts nowhere',
  dimensions: { kind: 'kind', team: 'team', agent: 'agentId', category: 'category', segment: 'segment' },
  table: promisesTable,
  time: 'dueAt',
  depends: ({ asOf }) => ({ where: [{ column: 'dueAt', is: '<', value: asOf }] }),
} as const satisfies Partial<Measure>;

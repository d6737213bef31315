import { promisesTable } from '#views';
import { share } from '../kinds/share.js';
import type { Measure } from '../measure.js';

/** Promises that have fallen due, each counted when it was due. */
const PROMISES_DUE = {
  bookedAt: 'when the promise was due; one that is not due yet counts nowhere',
  dimensions: { kind: 'kind', team: 'team', agent: 'agentId', category: 'category', segment: 'segment' },
  table: promisesTable,
  time: 'dueAt',
  depends: ({ asOf }) => ({ where: [{ column: 'dueAt', is: '<', value: asOf }] }),
} as const satisfies Partial<Measure>;

export const PROMISE_MEASURES: readonly Measure[] = [
  {
    ...PROMISES_DUE,
    name: 'promise-keeping',
    summary: 'The share of promises that were kept in time',
    formula: 'promises kept until they were due ÷ promises due',
    events: ['PromiseMade', 'PromiseKept', 'PromiseBroken', 'FollowUpCompleted'],
    numerator: 'promises kept until they were due',
    denominator: 'promises that have fallen due',
    better: 'more',
    leads: true,
    kind: share([{ column: 'missedAt', is: 'null' }]),
  },
  {
    ...PROMISES_DUE,
    name: 'follow-up-rate',
    summary: 'The share of promised follow-ups and callbacks that took place, in time or later',
    formula: 'follow-ups done ÷ follow-ups due',
    events: ['PromiseMade', 'PromiseKept', 'PromiseBroken', 'FollowUpCompleted'],
    numerator: 'follow-ups and callbacks that took place',
    denominator: 'follow-ups and callbacks that have fallen due',
    better: 'more',
    leads: true,
    where: [{ column: 'kind', is: 'in', value: ['follow-up', 'callback'] }],
    kind: share([{ column: 'keptAt', is: 'not-null' }]),
  },
];

import { promisesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { PROMISE_DIMENSIONS } from './dimensions.js';

export const promiseKeeping = defineMeasure({
  name: 'promise-keeping',
  summary: 'The share of promises that were kept in time',
  formula: 'promises kept until they were due ÷ promises due',
  events: ['PromiseMade', 'PromiseKept', 'PromiseBroken', 'FollowUpCompleted'],
  numerator: 'promises kept until they were due',
  denominator: 'promises that have fallen due',
  bookedAt: 'when the promise was due; one that is not due yet counts nowhere',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  dimensions: PROMISE_DIMENSIONS,
  table: promisesTable,
  time: 'dueAt',
  where: [],
  kind: share([{ column: 'missedAt', is: 'null' }]),
  depends: ({ asOf }) => ({ where: [{ column: 'dueAt', is: '<', value: asOf }] }),
});

import { promisesTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { PROMISE_DIMENSIONS } from './dimensions.js';

export const followUpRate = defineMeasure({
  name: 'follow-up-rate',
  summary: 'The share of promised follow-ups and callbacks that took place, in time or later',
  formula: 'follow-ups done ÷ follow-ups due',
  events: ['PromiseMade', 'PromiseKept', 'PromiseBroken', 'FollowUpCompleted'],
  numerator: 'follow-ups and callbacks that took place',
  denominator: 'follow-ups and callbacks that have fallen due',
  bookedAt: 'when the promise was due; one that is not due yet counts nowhere',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  dimensions: PROMISE_DIMENSIONS,
  table: promisesTable,
  time: 'dueAt',
  where: [{ column: 'kind', is: 'in', value: ['follow-up', 'callback'] }],
  kind: share([{ column: 'keptAt', is: 'not-null' }]),
  depends: ({ asOf }) => ({ where: [{ column: 'dueAt', is: '<', value: asOf }] }),
});

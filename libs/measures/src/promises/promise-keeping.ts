import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { PROMISES_DUE } from './promise-rows.js';

export const promiseKeeping = defineMeasure({
  ...PROMISES_DUE,
  name: 'promise-keeping',
  summary: 'The share of promises that were kept in time',
  formula: 'promises kept until they were due ÷ promises due',
  events: ['PromiseMade', 'PromiseKept', 'PromiseBroken', 'FollowUpCompleted'],
  numerator: 'promises kept until they were due',
  denominator: 'promises that have fallen due',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  where: [],
  kind: share([{ column: 'missedAt', is: 'null' }]),
});

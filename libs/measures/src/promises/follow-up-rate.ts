import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { PROMISES_DUE } from './promise-rows.js';

export const followUpRate = defineMeasure({
  ...PROMISES_DUE,
  name: 'follow-up-rate',
  summary: 'The share of promised follow-ups and callbacks that took place, in time or later',
  formula: 'follow-ups done ÷ follow-ups due',
  events: ['PromiseMade', 'PromiseKept', 'PromiseBroken', 'FollowUpCompleted'],
  numerator: 'follow-ups and callbacks that took place',
  denominator: 'follow-ups and callbacks that have fallen due',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  where: [{ column: 'kind', is: 'in', value: ['follow-up', 'callback'] }],
  kind: share([{ column: 'keptAt', is: 'not-null' }]),
});

import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { answersTo, LATEST_ANSWERS } from './answer-rows.js';

export const csat = defineMeasure({
  ...LATEST_ANSWERS,
  name: 'csat',
  summary: 'The share of satisfied answers: 4 and 5 of 5',
  formula: 'answers of 4 or 5 ÷ answers; a later answer to the same survey replaces the earlier one',
  events: ['FeedbackGiven'],
  numerator: 'satisfied answers',
  denominator: 'answers of 1 to 5',
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
  where: answersTo('csat'),
  kind: share([{ column: 'scoreMillionths', is: '>=', value: 4_000_000 }]),
});

import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { ANSWER_DIMENSIONS, answersTo, LATEST_ANSWERS } from './answer-rows.js';

export const rater = defineMeasure({
  ...LATEST_ANSWERS,
  name: 'rater',
  summary:
    'Rated quality of service, 1 to 7, by the dimensions reliability, assurance, tangibles, empathy and responsiveness',
  formula: 'Σ ratings ÷ ratings',
  events: ['FeedbackGiven'],
  numerator: 'ratings together',
  denominator: 'ratings',
  unit: 'score',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: { ...ANSWER_DIMENSIONS, dimension: 'dimension' },
  where: answersTo('rater'),
  kind: mean('scoreMillionths', 1_000_000),
});

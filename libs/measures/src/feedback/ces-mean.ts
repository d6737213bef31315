import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { answersTo, LATEST_ANSWERS } from './answer-rows.js';

export const cesMean = defineMeasure({
  ...LATEST_ANSWERS,
  name: 'ces-mean',
  summary: 'The customer effort score on average, 1 to 7 (7 is easy)',
  formula: 'Σ answers ÷ answers',
  events: ['FeedbackGiven'],
  numerator: 'scores together',
  denominator: 'answers of 1 to 7',
  unit: 'score',
  better: 'more',
  leads: false,
  minimum: 5,
  where: answersTo('ces'),
  kind: mean('scoreMillionths', 1_000_000),
});

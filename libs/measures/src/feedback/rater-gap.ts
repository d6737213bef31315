import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { ANSWER_DIMENSIONS, answersTo, LATEST_ANSWERS } from './answer-rows.js';

export const raterGap = defineMeasure({
  ...LATEST_ANSWERS,
  name: 'rater-gap',
  summary:
    'The gap between rated and expected quality (SERVQUAL), by dimension: negative is worse than expected',
  formula: 'Σ (rating − expectation) ÷ ratings whose expectation is known',
  events: ['FeedbackGiven', 'NeedsIdentified'],
  numerator: 'gaps together',
  denominator: 'ratings whose expectation is known',
  unit: 'score',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: { ...ANSWER_DIMENSIONS, dimension: 'dimension' },
  where: [...answersTo('rater'), { column: 'disconfirmationMillionths', is: 'not-null' }],
  kind: mean('disconfirmationMillionths', 1_000_000),
});

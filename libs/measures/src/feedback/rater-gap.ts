import { answersTable } from '#views';
import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { ANSWER_DIMENSIONS } from './dimensions.js';

export const raterGap = defineMeasure({
  name: 'rater-gap',
  summary:
    'The gap between rated and expected quality (SERVQUAL), by dimension: negative is worse than expected',
  formula: 'Σ (rating − expectation) ÷ ratings whose expectation is known',
  events: ['FeedbackGiven', 'NeedsIdentified'],
  numerator: 'gaps together',
  denominator: 'ratings whose expectation is known',
  bookedAt: 'when the answer was given; of several answers of one person in a bucket the latest counts',
  unit: 'score',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: { ...ANSWER_DIMENSIONS, dimension: 'dimension' },
  table: answersTable,
  time: 'givenAt',
  where: [
    { column: 'survey', is: '=', value: 'rater' },
    { column: 'replaced', is: '=', value: 0 },
    { column: 'disconfirmationMillionths', is: 'not-null' },
  ],
  kind: mean('disconfirmationMillionths', 1_000_000),
  replacedAt: 'nextGivenAt',
});

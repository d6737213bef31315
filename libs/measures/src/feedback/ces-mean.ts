import { answersTable } from '#views';
import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { ANSWER_DIMENSIONS } from './dimensions.js';

export const cesMean = defineMeasure({
  name: 'ces-mean',
  summary: 'The customer effort score on average, 1 to 7 (7 is easy)',
  formula: 'Σ answers ÷ answers',
  events: ['FeedbackGiven'],
  numerator: 'scores together',
  denominator: 'answers of 1 to 7',
  bookedAt: 'when the answer was given; of several answers of one person in a bucket the latest counts',
  unit: 'score',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: ANSWER_DIMENSIONS,
  table: answersTable,
  time: 'givenAt',
  where: [
    { column: 'survey', is: '=', value: 'ces' },
    { column: 'replaced', is: '=', value: 0 },
  ],
  kind: mean('scoreMillionths', 1_000_000),
  replacedAt: 'nextGivenAt',
});

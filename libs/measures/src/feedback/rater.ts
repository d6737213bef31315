import { answersTable } from '#views';
import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { ANSWER_DIMENSIONS } from './dimensions.js';

export const rater = defineMeasure({
  name: 'rater',
  summary:
    'Rated quality of service, 1 to 7, by the dimensions reliability, assurance, tangibles, empathy and responsiveness',
  formula: 'Σ ratings ÷ ratings',
  events: ['FeedbackGiven'],
  numerator: 'ratings together',
  denominator: 'ratings',
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
  ],
  kind: mean('scoreMillionths', 1_000_000),
  replacedAt: 'nextGivenAt',
});

import { answersTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ANSWER_DIMENSIONS } from './dimensions.js';

export const csat = defineMeasure({
  name: 'csat',
  summary: 'The share of satisfied answers: 4 and 5 of 5',
  formula: 'answers of 4 or 5 ÷ answers; a later answer to the same survey replaces the earlier one',
  events: ['FeedbackGiven'],
  numerator: 'satisfied answers',
  denominator: 'answers of 1 to 5',
  bookedAt: 'when the answer was given; of several answers of one person in a bucket the latest counts',
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: ANSWER_DIMENSIONS,
  table: answersTable,
  time: 'givenAt',
  where: [
    { column: 'survey', is: '=', value: 'csat' },
    { column: 'replaced', is: '=', value: 0 },
  ],
  kind: share([{ column: 'scoreMillionths', is: '>=', value: 4_000_000 }]),
  replacedAt: 'nextGivenAt',
});

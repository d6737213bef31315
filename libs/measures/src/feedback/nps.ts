import { answersTable } from '#views';
import { difference } from '../kinds/difference.js';
import { defineMeasure } from '../measure.js';
import { ANSWER_DIMENSIONS } from './dimensions.js';

export const nps = defineMeasure({
  name: 'nps',
  summary: 'Net promoter score: the share of 9s and 10s less the share of 0 to 6',
  formula: '(promoters − detractors) ÷ answers, −1 to 1',
  events: ['FeedbackGiven'],
  numerator: 'promoters less detractors',
  denominator: 'answers of 0 to 10',
  bookedAt: 'when the answer was given; of several answers of one person in a bucket the latest counts',
  unit: 'points',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: ANSWER_DIMENSIONS,
  table: answersTable,
  time: 'givenAt',
  where: [
    { column: 'survey', is: '=', value: 'nps' },
    { column: 'replaced', is: '=', value: 0 },
  ],
  kind: difference(
    [{ column: 'scoreMillionths', is: '>=', value: 9_000_000 }],
    [{ column: 'scoreMillionths', is: '<=', value: 6_000_000 }],
  ),
  replacedAt: 'nextGivenAt',
});

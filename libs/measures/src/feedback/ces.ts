import { answersTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import type { ListCondition } from '#views';
import { ANSWER_DIMENSIONS } from './dimensions.js';

export const ces = defineMeasure({
  name: 'ces',
  summary: 'The share of answers that call it easy: 5 to 7 of 7 unless the scoring policy says otherwise',
  formula: 'answers from the policy’s limit on ÷ answers',
  events: ['FeedbackGiven'],
  numerator: 'answers that call it easy',
  denominator: 'answers of 1 to 7',
  bookedAt: 'when the answer was given; of several answers of one person in a bucket the latest counts',
  unit: 'share',
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
  kind: share(easyFrom(5)),
  replacedAt: 'nextGivenAt',
  depends: ({ policy }) => ({ kind: share(easyFrom(policy.cesAgreesFrom)) }),
});

function easyFrom(score: number): readonly ListCondition[] {
  return [{ column: 'scoreMillionths', is: '>=', value: score * 1_000_000 }];
}

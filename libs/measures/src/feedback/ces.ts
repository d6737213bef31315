import type { ListCondition } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { answersTo, LATEST_ANSWERS } from './answer-rows.js';

export const ces = defineMeasure({
  ...LATEST_ANSWERS,
  name: 'ces',
  summary: 'The share of answers that call it easy: 5 to 7 of 7 unless the scoring policy says otherwise',
  formula: 'answers from the policy’s limit on ÷ answers',
  events: ['FeedbackGiven'],
  numerator: 'answers that call it easy',
  denominator: 'answers of 1 to 7',
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
  where: answersTo('ces'),
  kind: share(easyFrom(5)),
  depends: ({ policy }) => ({ kind: share(easyFrom(policy.cesAgreesFrom)) }),
});

function easyFrom(score: number): readonly ListCondition[] {
  return [{ column: 'scoreMillionths', is: '>=', value: score * 1_000_000 }];
}

import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { ANSWER_DIMENSIONS, LATEST_ANSWERS } from './answer-rows.js';

export const disconfirmation = defineMeasure({
  ...LATEST_ANSWERS,
  name: 'disconfirmation',
  summary: 'How much better or worse it was than expected, on the scale 1 to 7, on average',
  formula: 'Σ (perceived − expected) ÷ answers whose expectation is known',
  events: ['FeedbackGiven', 'NeedsIdentified'],
  numerator: 'perceived less expected together',
  denominator: 'answers whose expectation is known',
  unit: 'score',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: { ...ANSWER_DIMENSIONS, survey: 'survey' },
  where: [
    { column: 'replaced', is: '=', value: 0 },
    { column: 'disconfirmationMillionths', is: 'not-null' },
  ],
  kind: mean('disconfirmationMillionths', 1_000_000),
});

import { difference } from '../kinds/difference.js';
import { defineMeasure } from '../measure.js';
import { answersTo, LATEST_ANSWERS } from './answer-rows.js';

export const nps = defineMeasure({
  ...LATEST_ANSWERS,
  name: 'nps',
  summary: 'Net promoter score: the share of 9s and 10s less the share of 0 to 6',
  formula: '(promoters − detractors) ÷ answers, −1 to 1',
  events: ['FeedbackGiven'],
  numerator: 'promoters less detractors',
  denominator: 'answers of 0 to 10',
  unit: 'points',
  better: 'more',
  leads: false,
  minimum: 5,
  where: answersTo('nps'),
  kind: difference(
    [{ column: 'scoreMillionths', is: '>=', value: 9_000_000 }],
    [{ column: 'scoreMillionths', is: '<=', value: 6_000_000 }],
  ),
});

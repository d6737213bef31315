import { answersTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ANSWER_DIMENSIONS, answersTo } from './answer-rows.js';

export const detractorRecovery = defineMeasure({
  name: 'detractor-recovery',
  summary: 'The share of detractors (0 to 6) whose next answer was no longer one',
  formula: 'detractors whose next recommendation was 7 or more ÷ detractors',
  events: ['FeedbackGiven'],
  numerator: 'detractors whose next answer was 7 or more',
  denominator: 'answers of 0 to 6; those without a next answer count as not recovered',
  bookedAt: 'when the detractor’s answer was given',
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: ANSWER_DIMENSIONS,
  table: answersTable,
  time: 'givenAt',
  where: [...answersTo('nps'), { column: 'scoreMillionths', is: '<=', value: 6_000_000 }],
  kind: share([{ column: 'nextScoreMillionths', is: '>=', value: 7_000_000 }]),
});

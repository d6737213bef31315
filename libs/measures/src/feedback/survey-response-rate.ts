import { surveysTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { ANSWER_DIMENSIONS } from './answer-rows.js';

export const surveyResponseRate = defineMeasure({
  name: 'survey-response-rate',
  summary: 'The share of surveys that were answered',
  formula: 'surveys answered ÷ surveys sent; a reminder is no other survey',
  events: ['SurveySent', 'FeedbackGiven'],
  numerator: 'surveys with an answer',
  denominator: 'surveys sent',
  bookedAt: 'when the survey was sent first',
  unit: 'share',
  better: 'more',
  leads: false,
  minimum: 5,
  dimensions: { ...ANSWER_DIMENSIONS, survey: 'survey' },
  table: surveysTable,
  time: 'sentAt',
  where: [],
  kind: share([{ column: 'answeredAt', is: 'not-null' }]),
});

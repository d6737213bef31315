import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN, QUEUED } from './contact-rows.js';

export const answerRate = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'answer-rate',
  summary: 'The share of waiting customers whom a person answered: how well the company can be reached',
  formula: 'answered by a person ÷ queued',
  events: ['ContactStarted', 'CustomerGreeted', 'ContactEnded'],
  numerator: 'inbound contacts that a person answered',
  denominator: 'inbound contacts that a person answered or the customer gave up',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  where: QUEUED,
  kind: share([{ column: 'answeredAt', is: 'not-null' }]),
});

import { contactsTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const answerRate = defineMeasure({
  name: 'answer-rate',
  summary: 'The share of waiting customers whom a person answered: how well the company can be reached',
  formula: 'answered by a person ÷ queued',
  events: ['ContactStarted', 'CustomerGreeted', 'ContactEnded'],
  numerator: 'inbound contacts that a person answered',
  denominator: 'inbound contacts that a person answered or the customer gave up',
  bookedAt: 'when the contact began',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [
    { column: 'direction', is: '=', value: 'inbound' },
    { column: 'waitMs', is: 'not-null' },
  ],
  kind: share([{ column: 'answeredAt', is: 'not-null' }]),
});

import { contactsTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const botOnlyRate = defineMeasure({
  name: 'bot-only-rate',
  summary: 'The share of handled contacts in which only a bot greeted the customer',
  formula: 'contacts greeted by bots only ÷ contacts in which somebody greeted the customer',
  events: ['ContactStarted', 'CustomerGreeted'],
  numerator: 'contacts that no person took part in',
  denominator: 'contacts in which somebody greeted the customer',
  bookedAt: 'when the contact began',
  unit: 'share',
  better: null,
  leads: true,
  minimum: 5,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [{ column: 'handledBy', is: 'not-null' }],
  kind: share([{ column: 'handledBy', is: '=', value: 'bot' }]),
});

import { contactsTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const transferRate = defineMeasure({
  name: 'transfer-rate',
  summary: 'The share of handled contacts in which the customer was handed to somebody else',
  formula: 'transferred at least once ÷ handled; one that was transferred twice counts once',
  events: ['ContactStarted', 'CustomerGreeted', 'ContactTransferred'],
  numerator: 'contacts with a transfer',
  denominator: 'contacts in which somebody greeted the customer',
  bookedAt: 'when the contact began',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [{ column: 'handledBy', is: 'not-null' }],
  kind: share([{ column: 'transfers', is: '>', value: 0 }]),
});

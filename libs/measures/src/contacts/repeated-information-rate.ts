import { contactsTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const repeatedInformationRate = defineMeasure({
  name: 'repeated-information-rate',
  summary: 'The share of transferred customers who had to tell everything again',
  formula: 'contacts with repeated information ÷ contacts with a transfer',
  events: ['ContactTransferred'],
  numerator: 'contacts in which the customer had to repeat',
  denominator: 'contacts with a transfer',
  bookedAt: 'when the contact began',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [{ column: 'transfers', is: '>', value: 0 }],
  kind: share([{ column: 'informationRepeated', is: '>', value: 0 }]),
});

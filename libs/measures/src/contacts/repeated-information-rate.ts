import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN } from './contact-rows.js';

export const repeatedInformationRate = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'repeated-information-rate',
  summary: 'The share of transferred customers who had to tell everything again',
  formula: 'contacts with repeated information ÷ contacts with a transfer',
  events: ['ContactTransferred'],
  numerator: 'contacts in which the customer had to repeat',
  denominator: 'contacts with a transfer',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [{ column: 'transfers', is: '>', value: 0 }],
  kind: share([{ column: 'informationRepeated', is: '>', value: 0 }]),
});

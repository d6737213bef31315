import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN } from './contact-rows.js';

export const transferRate = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'transfer-rate',
  summary: 'The share of handled contacts in which the customer was handed to somebody else',
  formula: 'transferred at least once ÷ handled; one that was transferred twice counts once',
  events: ['ContactStarted', 'CustomerGreeted', 'ContactTransferred'],
  numerator: 'contacts with a transfer',
  denominator: 'contacts in which somebody greeted the customer',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [{ column: 'handledBy', is: 'not-null' }],
  kind: share([{ column: 'transfers', is: '>', value: 0 }]),
});

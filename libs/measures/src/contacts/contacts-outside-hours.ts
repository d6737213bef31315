import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN } from './contact-rows.js';

export const contactsOutsideHours = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'contacts-outside-hours',
  summary: 'The share of customers who got in touch while their queue was closed',
  formula: 'inbound contacts begun outside of opening hours ÷ inbound contacts',
  events: ['ContactStarted'],
  numerator: 'inbound contacts that began while the hours of their queue (else of the company) were closed',
  denominator: 'inbound contacts',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [{ column: 'direction', is: '=', value: 'inbound' }],
  kind: share([{ column: 'beganOpen', is: '=', value: 0 }]),
});

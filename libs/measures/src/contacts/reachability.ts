import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN, QUEUED } from './contact-rows.js';

export const reachability = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'reachability',
  summary: 'The share of customers who reached a person, of those who tried while their queue was open',
  formula: 'answered by a person ÷ (answered or abandoned), of inbound contacts begun in opening hours',
  events: ['ContactStarted', 'CustomerGreeted', 'ContactEnded'],
  numerator: 'contacts that a person answered',
  denominator:
    'inbound contacts, answered or abandoned, that began while the hours of their queue (else of the company) were open',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  where: [...QUEUED, { column: 'beganOpen', is: '=', value: 1 }],
  kind: share([{ column: 'answeredAt', is: 'not-null' }]),
});

import { contactsTable } from '#views';
import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const averageHandleTime = defineMeasure({
  name: 'average-handle-time',
  summary: 'Talk, hold and after-contact work of a contact that a person handled, on average',
  formula: 'Σ (talk + hold + after-contact work) ÷ contacts',
  events: ['CustomerGreeted', 'ContactEnded'],
  numerator: 'handling time together, in seconds',
  denominator: 'contacts that a person handled and whose times are known',
  bookedAt: 'when the contact began',
  unit: 'seconds',
  better: null,
  leads: true,
  minimum: 5,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [
    { column: 'handledBy', is: '=', value: 'human' },
    { column: 'handleMs', is: 'not-null' },
  ],
  kind: mean('handleMs', 1_000),
});

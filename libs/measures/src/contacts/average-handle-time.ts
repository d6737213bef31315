import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN } from './contact-rows.js';

export const averageHandleTime = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'average-handle-time',
  summary: 'Talk, hold and after-contact work of a contact that a person handled, on average',
  formula: 'Σ (talk + hold + after-contact work) ÷ contacts',
  events: ['CustomerGreeted', 'ContactEnded'],
  numerator: 'handling time together, in seconds',
  denominator: 'contacts that a person handled and whose times are known',
  unit: 'seconds',
  better: null,
  leads: true,
  minimum: 5,
  where: [
    { column: 'handledBy', is: '=', value: 'human' },
    { column: 'handleMs', is: 'not-null' },
  ],
  kind: mean('handleMs', 1_000),
});

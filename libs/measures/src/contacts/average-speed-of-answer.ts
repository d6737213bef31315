import { contactsTable } from '#views';
import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const averageSpeedOfAnswer = defineMeasure({
  name: 'average-speed-of-answer',
  summary: 'How long customers wait until a person answers, on average',
  formula: 'Σ wait of answered contacts ÷ answered contacts',
  events: ['ContactStarted', 'CustomerGreeted'],
  numerator: 'wait of the answered contacts together, in seconds',
  denominator: 'inbound contacts that a person answered',
  bookedAt: 'when the contact began',
  unit: 'seconds',
  better: 'less',
  leads: true,
  minimum: 5,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [
    { column: 'direction', is: '=', value: 'inbound' },
    { column: 'answeredAt', is: 'not-null' },
    { column: 'waitMs', is: 'not-null' },
  ],
  kind: mean('waitMs', 1_000),
});

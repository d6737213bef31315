import { mean } from '../kinds/mean.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN, QUEUED } from './contact-rows.js';

export const averageSpeedOfAnswer = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'average-speed-of-answer',
  summary: 'How long customers wait until a person answers, on average',
  formula: 'Σ wait of answered contacts ÷ answered contacts',
  events: ['ContactStarted', 'CustomerGreeted'],
  numerator: 'wait of the answered contacts together, in seconds',
  denominator: 'inbound contacts that a person answered',
  unit: 'seconds',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [...QUEUED, { column: 'answeredAt', is: 'not-null' }],
  kind: mean('waitMs', 1_000),
});

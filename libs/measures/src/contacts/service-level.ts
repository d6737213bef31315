import { contactsTable } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import type { ListCondition } from '#views';
import { CONTACT_DIMENSIONS } from './dimensions.js';

export const serviceLevel = defineMeasure({
  name: 'service-level',
  summary:
    'The share of waiting customers who left the queue within the limit: 80/20 is a value of .8 within 20 seconds',
  formula: 'removed from the queue within the limit (answered or abandoned) ÷ queued',
  events: ['ContactStarted', 'CustomerGreeted', 'ContactEnded'],
  numerator: 'inbound contacts whose wait ended within the limit',
  denominator: 'inbound contacts that a person answered or the customer gave up',
  bookedAt: 'when the contact began',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  dimensions: CONTACT_DIMENSIONS,
  table: contactsTable,
  time: 'startedAt',
  where: [
    { column: 'direction', is: '=', value: 'inbound' },
    { column: 'waitMs', is: 'not-null' },
  ],
  kind: share(waitedAtMost(20)),
  within: { usual: 20, means: 'the longest wait in seconds that counts' },
  depends: ({ within }) => ({ kind: share(waitedAtMost(within!)) }),
});

function waitedAtMost(seconds: number): readonly ListCondition[] {
  return [{ column: 'waitMs', is: '<=', value: seconds * 1_000 }];
}

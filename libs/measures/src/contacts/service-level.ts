import type { ListCondition } from '#views';
import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN, QUEUED } from './contact-rows.js';

export const serviceLevel = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'service-level',
  summary:
    'The share of waiting customers who left the queue within the limit: 80/20 is a value of .8 within 20 seconds',
  formula: 'removed from the queue within the limit (answered or abandoned) ÷ queued',
  events: ['ContactStarted', 'CustomerGreeted', 'ContactEnded'],
  numerator: 'inbound contacts whose wait ended within the limit',
  denominator: 'inbound contacts that a person answered or the customer gave up',
  unit: 'share',
  better: 'more',
  leads: true,
  minimum: 5,
  where: QUEUED,
  kind: share(waitedAtMost(20)),
  within: { usual: 20, means: 'the longest wait in seconds that counts' },
  depends: ({ within }) => ({ kind: share(waitedAtMost(within!)) }),
});

function waitedAtMost(seconds: number): readonly ListCondition[] {
  return [{ column: 'waitMs', is: '<=', value: seconds * 1_000 }];
}

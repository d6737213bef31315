import { share } from '../kinds/share.js';
import { defineMeasure } from '../measure.js';
import { CONTACTS_BEGUN, QUEUED } from './contact-rows.js';

export const abandonment = defineMeasure({
  ...CONTACTS_BEGUN,
  name: 'abandonment',
  summary: 'The share of waiting customers who gave up before a person answered',
  formula: 'abandoned ÷ queued; contacts with a promised callback are not counted',
  events: ['ContactStarted', 'CustomerGreeted', 'ContactEnded', 'PromiseMade'],
  numerator: 'inbound contacts that the customer gave up',
  denominator: 'inbound contacts that a person answered or the customer gave up',
  unit: 'share',
  better: 'less',
  leads: true,
  minimum: 5,
  where: [...QUEUED, { column: 'callback', is: '=', value: 0 }],
  kind: share([{ column: 'abandoned', is: '=', value: 1 }]),
  within: { usual: null, means: 'abandoned contacts shorter than this many seconds are left out' },
  depends: ({ within }) => ({
    where:
      within === undefined
        ? []
        : [{ column: 'abandonedAfterMs', is: 'after-or-null', value: within * 1_000 - 1 }],
  }),
});

import { columns, defineTable, keyOf } from '../define-table.js';

const { minorUnits, text, time } = columns;

/** One row for each purchase, and each return of one. */
export const purchasesTable = defineTable({
  name: 'purchases',
  version: 1,
  means: 'One row for each PurchaseMade and each PurchaseReturned: two of one order are two rows.',
  columns: {
    purchaseId: text('the id of its event'),
    publishedTo: text('the customer that it was published to, before any merge'),
    kind: text('purchase or return'),
    orderId: text('the order'),
    amountMinor: minorUnits(
      'in the minor unit of the currency (cents), rounded half up; null where it is too large to be counted exactly',
    ),
    currency: text('by ISO 4217'),
    segment: text('the segment of the customer then'),
    bookedAt: time('when it happened'),
  },
  times: ['bookedAt'],
  things: ({ commerce }) => commerce.records,
  key: ({ eventId, customer }) => keyOf(eventId, customer),
  row: (purchase) => ({
    purchaseId: purchase.eventId,
    publishedTo: purchase.customer,
    kind: purchase.kind,
    orderId: purchase.orderId,
    amountMinor: purchase.amountMinor,
    currency: purchase.currency,
    segment: purchase.segment,
    bookedAt: purchase.bookedAt,
  }),
});

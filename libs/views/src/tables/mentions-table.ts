import { columns, defineTable, inMillionths, keyOf } from '../define-table.js';

const { count, millionths, text, time } = columns;

/** One row for each public mention, and each referral. */
export const mentionsTable = defineTable({
  name: 'mentions',
  version: 1,
  means: 'One row for each public mention by a customer, and each referral of another customer.',
  columns: {
    mentionId: text('the id of its event'),
    publishedTo: text('the customer that it was published to, before any merge'),
    kind: text('mention or referral'),
    platform: text('where it was posted; null for a referral'),
    sentimentMillionths: millionths('−1 to 1, times a million; null for a referral'),
    reach: count('how many people it may have reached'),
    segment: text('the segment of the customer then'),
    postedAt: time('when it happened'),
  },
  times: ['postedAt'],
  things: ({ advocacy }) => advocacy.records,
  key: ({ eventId, customer }) => keyOf(eventId, customer),
  row: (mention) => ({
    mentionId: mention.eventId,
    publishedTo: mention.customer,
    kind: mention.kind,
    platform: mention.platform,
    sentimentMillionths: inMillionths(mention.sentiment),
    reach: mention.reach,
    segment: mention.segment,
    postedAt: mention.postedAt,
  }),
});

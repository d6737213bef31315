import { columns, defineTable } from '../define-table.js';

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
  indexes: [['postedAt']],
  things: () => ({ size: 0, changed: [], values: () => [] }),
  key: () => '',
  row: () => undefined,
});

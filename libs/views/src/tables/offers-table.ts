import { columns, defineTable, flagOf, keyOf } from '../define-table.js';

const { flag, text, time } = columns;

/** One row for each offer, and each recommendation of a competitor. */
export const offersTable = defineTable({
  name: 'offers',
  version: 1,
  means: 'One row for each offer, and each recommendation of a competitor that suits the customer better.',
  columns: {
    offerId: text('the id that it was published with; of a recommendation, the id of its event'),
    publishedTo: text('the customer that it was published to, before any merge'),
    kind: text('offer or competitor'),
    contactId: text('the contact in which it was made'),
    category: text('what was offered'),
    suitable: flag('it suited the need that was found; null where nobody said'),
    accepted: flag('the customer took it; null where nobody said'),
    agentId: text('the person who had greeted the customer last in that contact'),
    channel: text('of that contact'),
    team: text('of that contact'),
    segment: text('the segment of the customer when it was made'),
    madeAt: time('when it was made first'),
  },
  times: ['madeAt'],
  things: ({ offers }) => offers.records,
  key: ({ kind, offerId, customer }) => keyOf(`${kind} ${offerId}`, customer),
  row: (offer) => ({
    offerId: offer.offerId,
    publishedTo: offer.customer,
    kind: offer.kind,
    contactId: offer.about.contactId,
    category: offer.category,
    suitable: flagOf(offer.suitable),
    accepted: flagOf(offer.accepted),
    agentId: offer.about.agentId,
    channel: offer.about.channel,
    team: offer.about.team,
    segment: offer.about.segment,
    madeAt: offer.madeAt,
  }),
});

import { columns, defineTable, flagOf, keyOf } from '../define-table.js';

const { flag, text, time } = columns;

/** One row a hand-off. */
export const handoffsTable = defineTable({
  name: 'handoffs',
  version: 1,
  means:
    'One row for each time that a contact or an issue was handed on (ContactTransferred, IssueTransferred, IssueEscalated). An assignment is no hand-off.',
  columns: {
    handoffId: text('the id of its event'),
    publishedTo: text('the customer that it was published to, before any merge'),
    kind: text('contact, issue, or escalation (of an issue)'),
    contactId: text('the contact that was handed on; null of issues'),
    issueId: text('the issue that was handed on, or that the contact was about'),
    fromAgentId: text('who handed it on: as the event says, else who had greeted last, or was assigned'),
    toAgentId: text('who received it: as the event says, else who greeted the customer next in that contact'),
    fromTeam: text('the team that had it before'),
    toTeam: text('the team that received it, likewise'),
    returnsToAgent: flag('it came back to an agent who had handed it on before'),
    returnsToTeam: flag('it came back to a team that had handed it on before'),
    informationRepeated: flag('the customer had to tell again what had been told'),
    channel: text('of the contact'),
    queue: text('of the contact'),
    category: text('of the issue, else of the contact'),
    segment: text('the segment of the customer at that time'),
    handedAt: time('when it was handed on'),
  },
  times: ['handedAt'],
  things: ({ handoffs }) => handoffs.records,
  key: ({ eventId, customer }) => keyOf(eventId, customer),
  row: (handoff) => ({
    handoffId: handoff.eventId,
    publishedTo: handoff.customer,
    kind: handoff.kind,
    contactId: handoff.contactId,
    issueId: handoff.issueId,
    fromAgentId: handoff.fromAgentId,
    toAgentId: handoff.toAgentId,
    fromTeam: handoff.fromTeam,
    toTeam: handoff.toTeam,
    returnsToAgent: flagOf(handoff.returnsToAgent),
    returnsToTeam: flagOf(handoff.returnsToTeam),
    informationRepeated: flagOf(handoff.informationRepeated),
    channel: handoff.about.channel,
    queue: handoff.about.queue,
    category: handoff.about.category,
    segment: handoff.about.segment,
    handedAt: handoff.at,
  }),
});

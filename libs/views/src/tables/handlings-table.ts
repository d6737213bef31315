import { columns, defineTable } from '../define-table.js';

const { flag, milliseconds, millionths, text, time } = columns;

/** One row for each agent who worked on a contact, with that agent's part of the time. */
export const handlingsTable = defineTable({
  name: 'handlings',
  version: 1,
  means:
    'One row for each agent (person or bot) who greeted the customer in a contact, with the agent’s part of the time: credit goes to who did the work.',
  columns: {
    contactId: text('the contact'),
    publishedTo: text('the customer that the contact was published to, before any merge'),
    agentId: text('who worked on it'),
    agentKind: text('human or bot, as the greeting says'),
    team: text('of the agent’s latest greeting that names one'),
    channel: text('of the contact'),
    direction: text('of the contact'),
    queue: text('of the contact'),
    category: text('of the contact'),
    segment: text('of the contact'),
    startedAt: time('when the contact began'),
    joinedAt: time('when this agent greeted the customer first'),
    endedAt: time('when the contact ended'),
    disposition: text('of the contact'),
    isFirst: flag('the first person to greet the customer'),
    isLast: flag('the last person to greet the customer, who finished the contact'),
    waitMs: milliseconds('the wait of the contact, in the row of the first person; else null'),
    talkMs: milliseconds(
      'the agent’s part of the contact’s talk time: by how long the agent was the one who had greeted last; the parts of all agents add up exactly',
    ),
    holdMs: milliseconds('the agent’s part of the hold time, likewise'),
    afterContactMs: milliseconds('the after-contact work, in the row of who finished the contact; else 0'),
    handleMs: milliseconds('the three together; null where the contact says none of them'),
    shareMillionths: millionths(
      'the agent’s part of the contact by time; the parts add up to a million. Bots have none where a person took part',
    ),
    transferredOn: flag('the agent handed the customer to somebody else'),
  },
  indexes: [['startedAt']],
  things: () => ({ size: 0, changed: [], values: () => [] }),
  key: () => '',
  row: () => undefined,
});

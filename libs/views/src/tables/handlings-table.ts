import type { Contact, ContactAgent } from '#customer';
import { columns, defineTable, flagOf, keyOf } from '../define-table.js';

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
  times: ['startedAt'],
  things: ({ contacts: { records } }) => ({
    size: records.size,
    changed: handlingsOf(records.changed),
    values: () => handlingsOf(records.values()),
  }),
  key: ({ contact, agent }) => `${keyOf(contact.contactId, contact.customer)}\n${agent.agentId}`,
  row: (handling) => {
    const { contact, agent, talkMs, holdMs, afterContactMs } = handling;
    const isFirst = contact.agents.first === agent;
    return {
      contactId: contact.contactId,
      publishedTo: contact.customer,
      agentId: agent.agentId,
      agentKind: agent.kind,
      team: agent.team ?? null,
      channel: contact.channel ?? null,
      direction: contact.direction ?? null,
      queue: contact.queue ?? null,
      category: contact.category ?? null,
      segment: contact.segment ?? null,
      startedAt: contact.startedAt!,
      joinedAt: agent.joinedAt,
      endedAt: contact.endedAt,
      disposition: contact.disposition ?? null,
      isFirst: flagOf(isFirst),
      isLast: flagOf(contact.agents.last === agent),
      waitMs: isFirst ? (contact.waitMs ?? null) : null,
      talkMs,
      holdMs,
      afterContactMs,
      handleMs: contact.handleMs === undefined ? null : (talkMs ?? 0) + (holdMs ?? 0) + (afterContactMs ?? 0),
      shareMillionths: handling.share,
      transferredOn: flagOf(agent.transferredOn),
    };
  },
});

/** One agent in one contact, with the agent's parts of it. */
interface Handling {
  readonly contact: Contact;
  readonly agent: ContactAgent;
  readonly talkMs: number | null;
  readonly holdMs: number | null;
  readonly afterContactMs: number | null;
  /** In millionths; null until the contact has ended. */
  readonly share: number | null;
}

function* handlingsOf(contacts: Iterable<Contact>): Iterable<Handling> {
  for (const contact of contacts) {
    const { agents, endedAt, afterContactMs } = contact;
    const { all, finisher } = agents;
    if (all.length === 0) continue;
    const shares = agents.parts(1_000_000);
    const talk = partsOf(contact, contact.talkMs);
    const hold = partsOf(contact, contact.holdMs);
    for (const agent of all)
      yield {
        contact,
        agent,
        talkMs: talk(agent),
        holdMs: hold(agent),
        afterContactMs: afterContactMs === undefined ? null : agent === finisher ? afterContactMs : 0,
        share: endedAt === null ? null : (shares.get(agent) ?? 0),
      };
  }
}

function partsOf({ agents }: Contact, total: number | undefined): (agent: ContactAgent) => number | null {
  if (total === undefined) return () => null;
  const parts = agents.parts(total);
  return (agent) => parts.get(agent) ?? 0;
}

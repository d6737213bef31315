import type { Contact, StepOutcome } from '#customer';
import { columns, defineTable, flagOf, keyOf } from '../define-table.js';

const { count, flag, milliseconds, text, time } = columns;

/** One row a contact: a conversation in one channel. */
export const contactsTable = defineTable({
  name: 'contacts',
  version: 3,
  means: 'One row for each contact: a conversation in one channel.',
  columns: {
    contactId: text('the id that it was published with'),
    publishedTo: text('the customer that it was published to, before any merge'),
    channel: text('of its ContactStarted; null while that is not known'),
    direction: text('inbound or outbound, of its ContactStarted'),
    queue: text('of its ContactStarted'),
    team: text('the team that had it last: of the latest greeting or transfer that names one'),
    category: text('of the first issue that it was about, else of the first need found in it'),
    segment: text('the segment of the customer when the contact began'),
    issueId: text('the first issue that it was about'),
    issueIds: text('the issues that it was about, one a line, at most twenty'),
    issues: count('how many issues it was about'),
    handledBy: text(
      'human where a person greeted the customer, bot where only a bot did, null where nobody did',
    ),
    agentId: text('the person who greeted the customer last, and so finished it'),
    firstAgentId: text('the person who greeted the customer first'),
    agents: count('different people who greeted the customer'),
    bots: count('different bots that greeted the customer'),
    startedAt: time('when it began: its first event'),
    answeredAt: time('when a person greeted the customer first; a bot does not answer'),
    endedAt: time('of its ContactEnded; null while it goes on'),
    waitMs: milliseconds(
      'until a person greeted the customer, or it was abandoned: as its greeting or its end says, else computed from the times; null while neither has happened',
    ),
    talkMs: milliseconds('as ContactEnded says'),
    holdMs: milliseconds('as ContactEnded says'),
    afterContactMs: milliseconds('work after the conversation, as ContactEnded says'),
    handleMs: milliseconds('talk, hold and after-contact work together; null where none of them is known'),
    disposition: text('completed, abandoned or dropped; null while it goes on'),
    abandoned: flag('the customer gave up waiting; 0 while it goes on'),
    abandonedAfterMs: milliseconds('how long the customer had waited then; null where it was not abandoned'),
    callback: flag('a callback was promised in it'),
    transfers: count('how often the customer was handed to somebody else'),
    informationRepeated: count('transfers after which the customer had to tell everything again'),
    escalated: flag('an issue was escalated while this was the latest contact about it'),
    stepGreeted: flag(
      'step 1: somebody greeted the customer; 0 missing, null does not apply or is still to come',
    ),
    stepNeeds: flag('step 2: the needs were found; likewise'),
    stepMet: flag('step 3: the needs were met; likewise'),
    stepConfirmed: flag('step 4: the customer agreed that nothing is left; likewise'),
    stepInvited: flag('step 5: the customer was asked to come again; likewise'),
    stepsDone: count('steps that were done'),
    stepsApplicable: count('steps that apply; null while it goes on'),
    implied: flag('its ContactStarted is not known'),
    surveyed: flag('a survey about it was sent'),
    needsMs: milliseconds(
      'how long step 2 took: from the latest earlier step that was done before it; null where one of the two is not known',
    ),
    meetMs: milliseconds('how long step 3 took, likewise'),
    confirmMs: milliseconds('how long step 4 took, likewise: it may be done long after the end'),
    inviteMs: milliseconds('how long step 5 took, likewise'),
    beganOpen: flag(
      'the hours of its queue (else of the company) were open when it began; null while its ContactStarted is not known',
    ),
  },
  times: ['startedAt'],
  things: ({ contacts }) => contacts.records,
  key: ({ contactId, customer }) => keyOf(contactId, customer),
  row: (contact) => {
    const { startedAt, agents } = contact;
    if (startedAt === undefined) return undefined;
    const { abandonedAfterMs, issueIds } = contact;
    return {
      contactId: contact.contactId,
      publishedTo: contact.customer,
      channel: contact.channel ?? null,
      direction: contact.direction ?? null,
      queue: contact.queue ?? null,
      team: contact.team ?? null,
      category: contact.category ?? null,
      segment: contact.segment ?? null,
      issueId: issueIds[0] ?? null,
      issueIds: issueIds.length === 0 ? null : issueIds.slice(0, ISSUES_NAMED).join('\n'),
      issues: issueIds.length,
      handledBy: agents.finisher?.kind ?? null,
      agentId: agents.last?.agentId ?? null,
      firstAgentId: agents.first?.agentId ?? null,
      agents: agents.count('human'),
      bots: agents.count('bot'),
      startedAt,
      answeredAt: contact.answeredAt ?? null,
      endedAt: contact.endedAt,
      waitMs: contact.waitMs ?? null,
      talkMs: contact.talkMs ?? null,
      holdMs: contact.holdMs ?? null,
      afterContactMs: contact.afterContactMs ?? null,
      handleMs: contact.handleMs ?? null,
      disposition: contact.disposition ?? null,
      abandoned: flagOf(contact.disposition === 'abandoned'),
      abandonedAfterMs: abandonedAfterMs ?? null,
      callback: flagOf(contact.callback),
      transfers: contact.transfers,
      informationRepeated: contact.informationRepeated,
      escalated: flagOf(contact.escalated),
      ...stepsOf(contact),
      implied: flagOf(contact.implied),
      surveyed: flagOf(contact.surveyed),
      needsMs: contact.stepMs('NeedsIdentified') ?? null,
      meetMs: contact.stepMs('ResolutionProvided') ?? null,
      confirmMs: contact.stepMs('ResolutionConfirmed') ?? null,
      inviteMs: contact.stepMs('ReturnInvited') ?? null,
      beganOpen: flagOf(contact.beganOpen),
    };
  },
});

const ISSUES_NAMED = 20;

const OUTCOMES = { done: 1, missing: 0 } as const;

function stepsOf(contact: Contact) {
  const outcome = (of: StepOutcome) => (of === null ? null : OUTCOMES[of]);
  return {
    stepGreeted: outcome(contact.stepOutcome('CustomerGreeted')),
    stepNeeds: outcome(contact.stepOutcome('NeedsIdentified')),
    stepMet: outcome(contact.stepOutcome('ResolutionProvided')),
    stepConfirmed: outcome(contact.stepOutcome('ResolutionConfirmed')),
    stepInvited: outcome(contact.stepOutcome('ReturnInvited')),
    stepsDone: contact.stepsDone,
    stepsApplicable: contact.stepsApplicable ?? null,
  };
}

import { addToMean, type DecayedMean, type FoldContext, remaining } from '#scoring';
import { Contact, OF_A_NEED, STEP } from './contact.js';
import type { ContactAgent } from './contact-agents.js';
import type { FactsOf } from './facts.js';
import type { Holder } from './holder.js';
import { milliseconds } from './milliseconds.js';
import type { Profile } from './profile.js';
import { Records } from './records.js';
import { StepSums } from './step-sums.js';

/** Conversations with the customer, and how completely their five steps were done. */
export class Contacts {
  /** When (ms) the customer and the company talked last; undefined: never. */
  lastAt: number | undefined;
  /** Mean share of the steps done, over ended contacts; undefined before the first. */
  process: DecayedMean | undefined;
  readonly records = new Records<Contact>();
  /** Contacts that took place, in the order in which they began. */
  readonly began: Contact[] = [];
  readonly steps = new StepSums();
  /** The waits (ms) of contacts that a person answered, added up. */
  readonly waits = { sum: 0, n: 0 };
  /** The contact that began last, of those whose ContactStarted is known. */
  latest: Contact | undefined;
  private readonly bots = new Set<string>();

  constructor(private readonly profile: Profile) {}

  talked(at: number): void {
    this.lastAt = at;
  }

  started({ customer, occurredAt, data }: FactsOf<'ContactStarted'>, { businessTime }: FoldContext): void {
    const contact = this.own(customer, data.contactId, occurredAt);
    contact.implied = false;
    contact.channel = data.channel;
    contact.direction = data.direction;
    contact.queue = data.queue ?? contact.queue;
    const hours = businessTime.forIssue({ team: null, queue: contact.queue });
    contact.beganOpen = hours.openBetween(contact.startedAt!, contact.startedAt! + 1) > 0;
    this.latest = contact;
  }

  /** Answers the agent where it is the agent's first greeting in this contact. */
  greeted(fact: FactsOf<'CustomerGreeted'>): ContactAgent | undefined {
    const { customer, occurredAt: at, data } = fact;
    const contact = this.own(customer, data.contactId, at);
    if (data.agentKind === 'bot') this.bots.add(data.agentId);
    else if (contact.answeredAt === undefined) {
      contact.answeredAt = at;
      contact.waitOfGreeting = milliseconds(data.waitSeconds);
      this.countWait(contact, 1);
    }
    contact.team = data.team ?? contact.team;
    return contact.agents.greeted(data.agentId, data.agentKind, data.team, at);
  }

  needsFound({ customer, occurredAt, data }: FactsOf<'NeedsIdentified'>): void {
    const contact = this.own(customer, data.contactId, occurredAt);
    contact.needCategory ??= data.needs[0]?.category;
    if (data.expectation !== undefined) contact.expected = data.expectation;
  }

  transferred({ customer, occurredAt, data }: FactsOf<'ContactTransferred'>): void {
    const contact = this.own(customer, data.contactId, occurredAt);
    contact.transfers += 1;
    if (data.informationRepeated === true) contact.informationRepeated += 1;
    contact.team = data.toTeam ?? contact.team;
    contact.agents.transferred(data.fromAgentId);
  }

  invited({ customer, occurredAt, data }: FactsOf<'ReturnInvited'>): void {
    this.own(customer, data.contactId, occurredAt);
  }

  /** Who hands a contact on: as the event says, else who had greeted the customer last. */
  holderOf({ customer, data }: FactsOf<'ContactTransferred'>): Holder {
    const contact = this.records.get(customer, data.contactId);
    const agentId = data.fromAgentId ?? contact?.agents.present?.agentId ?? null;
    return { agentId, team: contact?.team ?? null };
  }

  get(customer: string, contactId: string): Contact | undefined {
    return this.records.get(customer, contactId);
  }

  /** Whether a person greeted the customer in it. */
  hasHuman(customer: string, contactId: string): boolean {
    return this.records.get(customer, contactId)?.answeredAt !== undefined;
  }

  queueOf(customer: string, contactId: string | undefined): string | undefined {
    return contactId === undefined ? undefined : this.records.get(customer, contactId)?.queue;
  }

  expectedOf(customer: string, contactId: string): number | undefined {
    return this.records.get(customer, contactId)?.expected;
  }

  /** Whether the agent has greeted this customer as a bot. */
  isBot(agentId: string): boolean {
    return this.bots.has(agentId);
  }

  /** A contact was about an issue of this category (undefined: not known yet), which was not known of it before. */
  isAbout(customer: string, contactId: string, issueId: string, category: string | undefined): Contact {
    const contact = this.records.change(customer, contactId, newContact);
    if (contact.issueIds.length > 0) contact.issueIds.push(issueId);
    else [contact.issueIds, contact.issueCategory] = [[issueId], category];
    return contact;
  }

  /** The category of an issue became known. */
  categoryFound(customer: string, contactId: string, issueId: string, category: string): void {
    const contact = this.records.get(customer, contactId)!;
    if (contact.issueIds[0] !== issueId) return;
    contact.issueCategory = category;
    this.records.touch(contact);
  }

  surveyed(customer: string, contactId: string): void {
    this.records.change(customer, contactId, newContact).surveyed = true;
  }

  /** An issue was escalated while this was the latest contact about it. */
  escalated(customer: string, contactId: string): void {
    this.records.change(customer, contactId, newContact).escalated = true;
  }

  /** A callback was promised: in the contact named, else in the one that began last, if that goes on. */
  callbackPromised(customer: string, contactId: string | undefined): void {
    const contact = contactId === undefined ? this.latest : this.records.get(customer, contactId);
    if (contact?.customer !== customer || contact.endedAt !== null) return;
    contact.callback = true;
    this.records.touch(contact);
  }

  /** A step was done, perhaps after the end: the customer may confirm a day later. */
  stepDone({ customer, type, occurredAt, data }: FactsOf<keyof typeof STEP>, context: FoldContext): void {
    if (data.contactId === undefined) return;
    const contact = this.records.change(customer, data.contactId, newContact);
    this.changeSteps(contact, context, () => {
      contact.noteStep(type, occurredAt);
      if ((STEP[type] & OF_A_NEED) !== 0) contact.need = true;
    });
  }

  /** An issue was raised in this contact. */
  issueRaised({ customer, data }: FactsOf<'IssueRaised'>, context: FoldContext): void {
    if (data.contactId === undefined) return;
    const contact = this.records.change(customer, data.contactId, newContact);
    this.changeSteps(contact, context, () => (contact.need = true));
  }

  /** A contact counts from its end on. */
  ended({ customer, eventId, occurredAt, data }: FactsOf<'ContactEnded'>, { policy }: FoldContext): void {
    const contact = this.own(customer, data.contactId, occurredAt);
    if (contact.endedAt !== null) return;
    this.countWait(contact, -1);
    contact.endedAt = occurredAt;
    contact.endEventId = eventId;
    contact.disposition = data.disposition;
    contact.talkMs = milliseconds(data.talkSeconds);
    contact.holdMs = milliseconds(data.holdSeconds);
    contact.afterContactMs = milliseconds(data.afterContactSeconds);
    contact.waitOfEnd = milliseconds(data.waitSeconds);
    this.countWait(contact, 1);
    contact.agents.ended(occurredAt);
    this.steps.count(contact, 1);
    this.process = addToMean(this.process, occurredAt, contact.serviceShare!, policy.process.halfLifeDays);
  }

  /** Adds the wait of a contact as it is now (`sign` 1), or takes it out before it changes (-1). */
  private countWait({ answeredAt, waitMs }: Contact, sign: 1 | -1): void {
    if (answeredAt === undefined) return;
    this.waits.sum += sign * waitMs!;
    this.waits.n += sign;
  }

  /** The contact of one of its own events, which shows that it took place. */
  private own(customer: string, contactId: string, at: number): Contact {
    const contact = this.records.change(customer, contactId, newContact);
    if (contact.startedAt === undefined) {
      contact.startedAt = at;
      contact.segment = this.profile.segment;
      this.began.push(contact);
    }
    return contact;
  }

  /** Changes what decides on the steps of a contact; one that has ended has been counted. */
  private changeSteps(contact: Contact, { policy }: FoldContext, change: () => void): void {
    if (contact.endedAt === null) return change();
    const before = contact.serviceShare!;
    this.steps.count(contact, -1);
    change();
    this.steps.count(contact, 1);
    const share = contact.serviceShare!;
    if (share === before) return;
    const { sum, weight, at } = this.process!;
    const kept = remaining(at - contact.endedAt, policy.process.halfLifeDays);
    this.process = { sum: sum + (share - before) * kept, weight, at };
  }
}

const newContact = (customer: string, contactId: string): Contact => new Contact(customer, contactId);

import type { Channel } from '#journey';
import { addToMean, type DecayedMean, type FoldContext, remaining } from '#scoring';
import type { FactsOf } from './facts.js';
import { OwnedMap } from './owned-map.js';

/** The five steps of a contact done well, as bits in their order: greet, needs, meet, confirm, door. */
const STEP = {
  /** Somebody answered. */
  CustomerGreeted: 1,
  /** What the customer needs is known. */
  NeedsIdentified: 2,
  /** The need was met. */
  ResolutionProvided: 4,
  /** The customer agreed that nothing is left. */
  ResolutionConfirmed: 8,
  /** The customer was asked to come again. */
  ReturnInvited: 16,
} as const;

const STEPS = 5;
const ALL = 31;
/** Steps that show that there was a need. */
const OF_A_NEED = STEP.NeedsIdentified | STEP.ResolutionProvided | STEP.ResolutionConfirmed;
/** Steps that apply where there was neither need nor issue. */
const WITHOUT_NEED = STEP.CustomerGreeted | STEP.NeedsIdentified | STEP.ReturnInvited;

interface ContactRecord {
  channel: Channel | undefined;
  queue: string | undefined;
  /** Whether a human spoke with the customer. */
  human: boolean;
  /** What the customer said to expect (1–7). */
  expected: number | undefined;
  /** Bits of the steps done. */
  done: number;
  /** Whether there was something to be met: a need or an issue. */
  need: boolean;
  /** Milliseconds; null before the end. */
  endedAt: number | null;
  completed: boolean;
}

/** Conversations with the customer, and how completely their five steps were done. */
export class Contacts {
  /** When (ms) the customer and the company talked last; undefined: never. */
  lastAt: number | undefined;
  /** Mean share of the steps done, over ended contacts; undefined before the first. */
  process: DecayedMean | undefined;
  private readonly contacts = new OwnedMap<ContactRecord>();

  get size(): number {
    return this.contacts.size;
  }

  talked(at: number): void {
    this.lastAt = at;
  }

  started({ customer, data }: FactsOf<'ContactStarted'>): void {
    const contact = this.contacts.of(customer, data.contactId, newContact);
    contact.channel = data.channel;
    contact.queue = data.queue;
  }

  greeted({ customer, data }: FactsOf<'CustomerGreeted'>): void {
    if (data.agentKind === 'human') this.contacts.of(customer, data.contactId, newContact).human = true;
  }

  /** Whether a human spoke with the customer in it. */
  hasHuman(customer: string, contactId: string): boolean {
    return this.contacts.get(customer, contactId)?.human ?? false;
  }

  queueOf(customer: string, contactId: string | undefined): string | undefined {
    return contactId === undefined ? undefined : this.contacts.get(customer, contactId)?.queue;
  }

  channelOf(customer: string, contactId: string): Channel | undefined {
    return this.contacts.get(customer, contactId)?.channel;
  }

  /** What the customer said to expect when the need was found: feedback that comes later is measured against it. */
  expects(customer: string, contactId: string, expectation: number): void {
    this.contacts.of(customer, contactId, newContact).expected = expectation;
  }

  expectedOf(customer: string, contactId: string): number | undefined {
    return this.contacts.get(customer, contactId)?.expected;
  }

  /** A step was done, perhaps after the end: the customer may confirm a day later. */
  stepDone({ customer, type, data }: FactsOf<keyof typeof STEP>, context: FoldContext): void {
    if (data.contactId === undefined) return;
    const contact = this.contacts.of(customer, data.contactId, newContact);
    const before = serviceShare(contact);
    const step = STEP[type];
    contact.done |= step;
    if ((step & OF_A_NEED) !== 0) contact.need = true;
    this.correct(contact, before, context);
  }

  /** An issue was raised in this contact. */
  issueRaised({ customer, data }: FactsOf<'IssueRaised'>, context: FoldContext): void {
    if (data.contactId === undefined) return;
    const contact = this.contacts.of(customer, data.contactId, newContact);
    const before = serviceShare(contact);
    contact.need = true;
    this.correct(contact, before, context);
  }

  /** A contact counts from its end on. */
  ended({ customer, occurredAt, data }: FactsOf<'ContactEnded'>, { policy }: FoldContext): void {
    const contact = this.contacts.of(customer, data.contactId, newContact);
    if (contact.endedAt !== null) return;
    contact.endedAt = occurredAt;
    contact.completed = data.disposition === 'completed';
    const share = serviceShare(contact)!;
    this.process = addToMean(this.process, occurredAt, share, policy.process.halfLifeDays);
  }

  /** Replaces the share of an ended contact that has been counted. */
  private correct(contact: ContactRecord, before: number | undefined, { policy }: FoldContext): void {
    if (before === undefined) return;
    const share = serviceShare(contact)!;
    if (share === before) return;
    const { sum, weight, at } = this.process!;
    const kept = remaining(at - contact.endedAt!, policy.process.halfLifeDays);
    this.process = { sum: sum + (share - before) * kept, weight, at };
  }
}

/**
 * The share of the applicable steps that were done, 0…1; undefined until the contact has ended. In a completed contact
 * greeting, finding the need and leaving the door open always apply, meeting and confirming where there was a need or
 * an issue. One that was abandoned or dropped is asked for what was done and the step at which it broke off.
 */
function serviceShare({ done, need, endedAt, completed }: ContactRecord): number | undefined {
  if (endedAt === null) return undefined;
  if (!completed) return countOf(done) / Math.min(STEPS, countOf(done) + 1);
  const applicable = need ? ALL : WITHOUT_NEED;
  return countOf(done & applicable) / countOf(applicable);
}

/** How many bits are set. */
function countOf(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

const newContact = (): ContactRecord => ({
  channel: undefined,
  queue: undefined,
  human: false,
  expected: undefined,
  done: 0,
  need: false,
  endedAt: null,
  completed: false,
});

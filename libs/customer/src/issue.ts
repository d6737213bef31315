import type { Channel, FactOf, Severity } from '#journey';
import {
  activate,
  type Decayed,
  type FoldContext,
  fulfil,
  type IssueTraits,
  type OpenTime,
  pause,
  resume,
  retarget,
  type SlaClock,
  type SlaTarget,
  slaTargetOf,
} from '#scoring';
import type { FactsOf } from './facts.js';
import { IssueAgents } from './issue-agents.js';
import { IssueTimes } from './issue-times.js';

export const ISSUE_STATES = ['open', 'waiting', 'resolved', 'confirmed', 'closed'] as const;

/** Where an issue is on its way. Waiting is a way of being open, confirmed a way of being resolved. */
export type IssueState = (typeof ISSUE_STATES)[number];

/** The touchpoints that change an issue, or show that there is one. */
export type IssueFact = FactsOf<
  | 'IssueRaised'
  | 'IssueAssigned'
  | 'IssueWaiting'
  | 'IssueResumed'
  | 'IssueTransferred'
  | 'IssueReprioritised'
  | 'IssueBreachReported'
  | 'IssueEscalated'
  | 'ResolutionProvided'
  | 'ResolutionConfirmed'
  | 'IssueReopened'
  | 'IssueClosed'
>;

/** What the category and the severity of an issue are taken to be while its raising is not known. */
const UNKNOWN_CATEGORY = 'unknown';
const UNKNOWN_SEVERITY: Severity = 'normal';

/** The clock of an issue that was only mentioned. */
const NO_CLOCK: SlaClock = { targetMillis: 0, used: 0, runningSince: null, breachAt: null, endedAt: null };

/** What an issue needs to know of its customer and of the contact in which it was raised. */
export interface IssueOrigin {
  /** The customer's segment as known now. */
  readonly segment: string | undefined;
  /** The queue of the contact that the fact names. */
  readonly queue: string | undefined;
  /** Different contacts that were about it, with the one that the fact names. */
  readonly contacts: number;
}

/** One issue, changed in place. Identified by (customer as published, id). */
export class Issue implements IssueTraits {
  /** Undefined while other touchpoints mentioned the issue, but none of its own is known. */
  state: IssueState | undefined;
  /** The first raising, ms: age and pressure run from here, whatever was reopened since. */
  openedAt = 0;
  /** True while only later events of the issue are known, not its raising. */
  implied = false;
  category = UNKNOWN_CATEGORY;
  severity: Severity = UNKNOWN_SEVERITY;
  raisedSeverity: Severity = UNKNOWN_SEVERITY;
  team: string | null = null;
  /** The agent to whom it is assigned. */
  assignee: string | null = null;
  /** For whom it waits, while it does. */
  waitingOn: FactOf<'IssueWaiting'>['data']['on'] | null = null;
  transfers = 0;
  escalations = 0;
  reopens = 0;
  /** The source said that it missed its own target. */
  breachReported = false;
  /** When an earlier spell was breached, ms: the first of them. */
  breachedBefore: number | null = null;
  /** The beginning of the present spell, ms: its SLA is the one in force then. */
  spellFrom = 0;
  /** The clock of the present spell, or, when that has ended, of the last one. */
  clock = NO_CLOCK;
  /**
   * The clock until the first answer by a human, which ends with the issue at the latest. It starts with the first contact
   * about the issue: undefined where none is known, since then nobody can tell who answered.
   */
  responseClock: SlaClock | undefined;
  /** When the first answer came (ms): a human in a contact about it, or a resolution; null: nobody has. Reopening does not change it. */
  firstResponseAt: number | null = null;
  /** The customer's segment when the present spell began. */
  segment: string | undefined;
  /** The queue of the contact in which it was raised. */
  queue: string | undefined;
  /** True from a fact that names it on, until rows were derived (`CustomerState.markDerived`). */
  changed = false;
  /** What this issue has added to the signal of breaches by having been ended too late; undefined: nothing. */
  breachTerm: Decayed | undefined;
  /** The event that raised it, by implication too. */
  raisedEventId: string | undefined;
  /** When a contact was about it first and last, ms. */
  firstContactAt: number | undefined;
  lastContactAt: number | undefined;
  lastContactId: string | undefined;
  /** The channel of the first contact about it. */
  firstChannel: Channel | undefined;
  readonly times = new IssueTimes();
  readonly agents = new IssueAgents();
  /** The channel of the last contact about it. */
  channel: Channel | undefined;
  /** What the customer said to expect of its resolution (1–7). */
  expected: number | undefined;
  /** When the clock of the first answer was started, ms: its SLA is the one in force then. */
  private responseFrom = 0;
  private reprioritised = false;
  private firstContact: string | undefined;
  private otherContacts: Set<string> | undefined;

  constructor(
    readonly customer: string,
    readonly issueId: string,
  ) {}

  /** Different contacts that were about it. */
  get contacts(): number {
    return (this.firstContact === undefined ? 0 : 1) + (this.otherContacts?.size ?? 0);
  }

  /** Whether it waits to be resolved: open, or waiting for somebody. */
  get isOpen(): boolean {
    return this.state === 'open' || this.state === 'waiting';
  }

  /** From when on (ms) the present spell is breached; null while its clock is paused, and when it was kept. */
  get breachAt(): number | null {
    return this.clock.breachAt;
  }

  /** From when on (ms) it counts as breached: by this spell or, sooner, by an earlier one. Null: not so far. */
  get breachedFrom(): number | null {
    return this.breachedBefore ?? this.clock.breachAt;
  }

  /** Whether the customer waits for the first answer by a human. */
  get isUnanswered(): boolean {
    return this.responseClock?.endedAt === null;
  }

  /** The first contact about it. */
  get contactId(): string | undefined {
    return this.firstContact;
  }

  /** Its category, once its raising is known. */
  get knownCategory(): string | undefined {
    return this.state === undefined || this.implied ? undefined : this.category;
  }

  /** The contacts that were about it. */
  *contactIds(): Iterable<string> {
    if (this.firstContact !== undefined) yield this.firstContact;
    if (this.otherContacts !== undefined) yield* this.otherContacts;
  }

  hasContact(contactId: string): boolean {
    return contactId === this.firstContact || (this.otherContacts?.has(contactId) ?? false);
  }

  /** The customer got in touch about it: from now on an answer is waited for. */
  awaitAnswer(at: number, context: FoldContext): void {
    if (!this.isOpen || this.responseClock !== undefined) return;
    const time = this.timeIn(context);
    const started = activate(at, this.targetIn(context, at).firstAnswerSeconds, time);
    this.responseFrom = at;
    this.responseClock = this.clock.runningSince === null ? pause(started, at, time) : started;
  }

  /** A human answered: the clock of the first answer stops. */
  answered(at: number, context: FoldContext): void {
    if (this.responseClock === undefined || !this.isUnanswered) return;
    this.firstResponseAt = at;
    this.times.answered(this.openedAt, at, this.timeIn(context));
    this.responseClock = fulfil(this.responseClock, at, this.timeIn(context));
  }

  /** Notes that a contact was about it; answers whether that is new. */
  noteContact(contactId: string): boolean {
    if (this.hasContact(contactId)) return false;
    if (this.firstContact === undefined) this.firstContact = contactId;
    else (this.otherContacts ??= new Set()).add(contactId);
    return true;
  }

  /**
   * Folds the next fact of the issue. An event of an issue that nobody has raised raises it by implication; what has no
   * meaning in a state changes nothing.
   */
  apply(fact: IssueFact, context: FoldContext, origin: IssueOrigin): void {
    if (this.state !== undefined) return this.change(fact, context, origin);
    this.raisedEventId = fact.eventId;
    const { occurredAt: at } = fact;
    this.queue = origin.queue;
    if (fact.type === 'IssueRaised') {
      const { category, severity, team } = fact.data;
      const { segment, queue } = origin;
      return this.open(at, { category, severity, team: team ?? null, segment, queue }, context);
    }
    const unknown = { category: UNKNOWN_CATEGORY, severity: UNKNOWN_SEVERITY, team: null };
    this.open(at, { ...unknown, segment: origin.segment, queue: undefined }, context);
    this.implied = true;
    this.change(fact, context, origin);
  }

  private change(fact: IssueFact, context: FoldContext, origin: IssueOrigin): void {
    const { occurredAt: at } = fact;
    switch (fact.type) {
      case 'IssueRaised':
        if (this.implied) this.fillIn(fact, context, origin);
        return;
      case 'IssueAssigned':
        this.moveTo(fact.data.team, fact.data.agentId, at, context);
        return;
      case 'IssueWaiting':
        if (this.isOpen) this.wait(fact, context);
        return;
      case 'IssueResumed':
        if (this.state === 'waiting') this.goOn(at, context);
        else if (this.state !== 'open') this.reopen(at, context, origin);
        return;
      case 'IssueTransferred':
        this.transfers += 1;
        this.moveTo(fact.data.toTeam, fact.data.toAgentId, at, context);
        return;
      case 'IssueReprioritised':
        this.reprioritised = true;
        this.reclassify(at, context, { severity: fact.data.severity });
        return;
      case 'IssueBreachReported':
        this.breachReported = true;
        return;
      case 'IssueEscalated':
        this.escalations += 1;
        this.moveTo(fact.data.toTeam, undefined, at, context);
        return;
      case 'ResolutionProvided':
        this.answered(at, context);
        if (!this.isOpen) return;
        this.end('resolved', at, context, origin);
        this.times.resolvedBy = fact.data.agentId;
        this.times.resolvedEventId = fact.eventId;
        return;
      case 'ResolutionConfirmed':
        if (this.state === 'closed') return;
        this.end('confirmed', at, context, origin);
        this.times.confirmedAt ??= at;
        return;
      case 'IssueClosed':
        this.end('closed', at, context, origin);
        this.times.closedAt ??= at;
        return;
      case 'IssueReopened':
        if (!this.isOpen) this.reopen(at, context, origin);
    }
  }

  private open(at: number, traits: IssueTraits, context: FoldContext): void {
    this.state = 'open';
    this.openedAt = at;
    this.category = traits.category;
    this.severity = traits.severity;
    this.team = traits.team;
    this.segment = traits.segment;
    this.queue = traits.queue;
    this.raisedSeverity = traits.severity;
    this.startClock(at, context);
  }

  /** Another team has no assignee until it is said who of it works on the issue. */
  private moveTo(
    team: string | undefined,
    agentId: string | undefined,
    at: number,
    context: FoldContext,
  ): void {
    if (team !== undefined && team !== this.team) this.assignee = null;
    this.assignee = agentId ?? this.assignee;
    this.reclassify(at, context, { team: team ?? this.team });
  }

  /** The raising comes after all: what only it knows is filled in, what has happened since stays. */
  private fillIn(
    { data, occurredAt }: FactOf<'IssueRaised'>,
    context: FoldContext,
    { queue }: IssueOrigin,
  ): void {
    this.implied = false;
    this.raisedSeverity = data.severity;
    const severity = this.reprioritised ? this.severity : data.severity;
    const team = this.team ?? data.team ?? null;
    this.reclassify(occurredAt, context, { category: data.category, severity, team, queue });
  }

  /** Waiting for another party than before may pause or resume the clocks, too. */
  private wait({ data, occurredAt }: FactOf<'IssueWaiting'>, context: FoldContext): void {
    const pauses = context.sla(this.spellFrom).pausesOn.includes(data.on);
    this.state = 'waiting';
    this.waitingOn = data.on;
    this.eachClock(context, (clock, time) => (pauses ? pause : resume)(clock, occurredAt, time));
  }

  private goOn(at: number, context: FoldContext): void {
    this.state = 'open';
    this.waitingOn = null;
    this.eachClock(context, (clock, time) => resume(clock, at, time));
  }

  /** Changes what targets and business hours depend on: the clocks go on by the new ones. */
  private reclassify(at: number, context: FoldContext, traits: Partial<IssueTraits>): void {
    const from = this.timeIn(context);
    Object.assign(this, traits);
    const time = this.timeIn(context);
    const { resolutionSeconds } = this.targetIn(context, this.spellFrom);
    this.clock = retarget(this.clock, at, resolutionSeconds, time, from);
    if (this.responseClock === undefined) return;
    const { firstAnswerSeconds } = this.targetIn(context, this.responseFrom);
    this.responseClock = retarget(this.responseClock, at, firstAnswerSeconds, time, from);
  }

  private end(state: IssueState, at: number, context: FoldContext, { contacts }: IssueOrigin): void {
    if (this.isOpen) this.times.ended(this.spellFrom, at, contacts, this.timeIn(context));
    this.state = state;
    this.waitingOn = null;
    this.eachClock(context, (clock, time) => fulfil(clock, at, time));
  }

  /** A new spell with a clock of its own; that an earlier one was breached is not forgotten. */
  private reopen(at: number, context: FoldContext, { segment }: IssueOrigin): void {
    this.breachedBefore = this.breachedFrom;
    this.state = 'open';
    this.segment = segment;
    this.reopens += 1;
    this.times.reopened(at);
    this.startClock(at, context);
  }

  private startClock(at: number, context: FoldContext): void {
    this.spellFrom = at;
    this.clock = activate(at, this.targetIn(context, at).resolutionSeconds, this.timeIn(context));
  }

  private eachClock(context: FoldContext, change: (clock: SlaClock, time: OpenTime) => SlaClock): void {
    const time = this.timeIn(context);
    this.clock = change(this.clock, time);
    if (this.responseClock !== undefined) this.responseClock = change(this.responseClock, time);
  }

  /** The targets by the SLA that was in force at a time. */
  private targetIn(context: FoldContext, at: number): SlaTarget {
    return slaTargetOf(context.sla(at), this);
  }

  private timeIn({ businessTime }: FoldContext): OpenTime {
    return businessTime.forIssue(this);
  }
}

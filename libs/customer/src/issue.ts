import type { Channel, FactOf, Severity } from '#journey';
import {
  activate,
  type Decayed,
  type FoldContext,
  fulfil,
  pause,
  resume,
  retarget,
  type SlaClock,
} from '#scoring';
import type { FactsOf } from './facts.js';

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

/** One issue, changed in place. Identified by (customer as published, id). */
export class Issue {
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
  transfers = 0;
  reopens = 0;
  /** The source said that it missed its own target. */
  breachReported = false;
  /** When an earlier spell was breached, ms: the first of them. */
  breachedBefore: number | null = null;
  /** The beginning of the present spell, ms: its SLA is the one in force then. */
  spellFrom = 0;
  /** The clock of the present spell, or, when that has ended, of the last one. */
  clock = NO_CLOCK;
  /** True from a fact that names it on, until rows were derived (`CustomerState.markDerived`). */
  changed = false;
  /** What this issue has added to the signal of breaches by having been ended too late; undefined: nothing. */
  breachTerm: Decayed | undefined;
  /** The channel of the last contact about it. */
  channel: Channel | undefined;
  /** What the customer said to expect of its resolution (1–7). */
  expected: number | undefined;
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

  /** Notes that a contact was about it; answers whether that is new. */
  noteContact(contactId: string): boolean {
    if (contactId === this.firstContact || this.otherContacts?.has(contactId)) return false;
    if (this.firstContact === undefined) this.firstContact = contactId;
    else (this.otherContacts ??= new Set()).add(contactId);
    return true;
  }

  /**
   * Folds the next fact of the issue. An event of an issue that nobody has raised raises it by implication; what has no
   * meaning in a state changes nothing.
   */
  apply(fact: IssueFact, context: FoldContext): void {
    if (this.state !== undefined) return this.change(fact, context);
    const { occurredAt: at } = fact;
    if (fact.type === 'IssueRaised') {
      const { category, severity, team } = fact.data;
      return this.open(at, category, severity, team ?? null, context);
    }
    this.open(at, UNKNOWN_CATEGORY, UNKNOWN_SEVERITY, null, context);
    this.implied = true;
    this.change(fact, context);
  }

  private change(fact: IssueFact, context: FoldContext): void {
    const { occurredAt: at } = fact;
    switch (fact.type) {
      case 'IssueRaised':
        if (this.implied) this.fillIn(fact, context);
        return;
      case 'IssueAssigned':
        this.team = fact.data.team ?? this.team;
        return;
      case 'IssueWaiting':
        if (this.isOpen) this.wait(fact, context);
        return;
      case 'IssueResumed':
        if (this.state === 'waiting') this.goOn(at, context);
        else if (this.state !== 'open') this.reopen(at, context);
        return;
      case 'IssueTransferred':
        this.transfers += 1;
        this.team = fact.data.toTeam ?? this.team;
        return;
      case 'IssueReprioritised':
        this.reprioritised = true;
        this.setSeverity(fact.data.severity, at, context);
        return;
      case 'IssueBreachReported':
        this.breachReported = true;
        return;
      case 'IssueEscalated':
        this.team = fact.data.toTeam ?? this.team;
        return;
      case 'ResolutionProvided':
        if (this.isOpen) this.end('resolved', at, context);
        return;
      case 'ResolutionConfirmed':
        if (this.state !== 'closed') this.end('confirmed', at, context);
        return;
      case 'IssueClosed':
        this.end('closed', at, context);
        return;
      case 'IssueReopened':
        if (!this.isOpen) this.reopen(at, context);
    }
  }

  private open(
    at: number,
    category: string,
    severity: Severity,
    team: string | null,
    context: FoldContext,
  ): void {
    this.state = 'open';
    this.openedAt = at;
    this.category = category;
    this.severity = severity;
    this.raisedSeverity = severity;
    this.team = team;
    this.startClock(at, context);
  }

  /** The raising comes after all: what only it knows is filled in, what has happened since stays. */
  private fillIn({ data, occurredAt }: FactOf<'IssueRaised'>, context: FoldContext): void {
    this.implied = false;
    this.category = data.category;
    this.raisedSeverity = data.severity;
    this.team ??= data.team ?? null;
    if (!this.reprioritised) this.setSeverity(data.severity, occurredAt, context);
  }

  /** Waiting for another party than before may pause or resume the clock, too. */
  private wait({ data, occurredAt }: FactOf<'IssueWaiting'>, context: FoldContext): void {
    const pauses = context.sla(this.spellFrom).pausesOn.includes(data.on);
    this.state = 'waiting';
    this.clock = (pauses ? pause : resume)(this.clock, occurredAt, context.businessTime);
  }

  private goOn(at: number, context: FoldContext): void {
    this.state = 'open';
    this.clock = resume(this.clock, at, context.businessTime);
  }

  private setSeverity(severity: Severity, at: number, context: FoldContext): void {
    const { resolutionSeconds } = context.sla(this.spellFrom).targets[severity];
    this.severity = severity;
    this.clock = retarget(this.clock, at, resolutionSeconds, context.businessTime);
  }

  private end(state: IssueState, at: number, context: FoldContext): void {
    this.state = state;
    this.clock = fulfil(this.clock, at, context.businessTime);
  }

  /** A new spell with a clock of its own; that an earlier one was breached is not forgotten. */
  private reopen(at: number, context: FoldContext): void {
    this.breachedBefore = this.breachedFrom;
    this.state = 'open';
    this.reopens += 1;
    this.startClock(at, context);
  }

  private startClock(at: number, context: FoldContext): void {
    const { resolutionSeconds } = context.sla(at).targets[this.severity];
    this.spellFrom = at;
    this.clock = activate(at, resolutionSeconds, context.businessTime);
  }
}

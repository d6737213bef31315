import type { FactOf, Severity } from '#journey';
import { type FoldContext, type SlaClock, activate, fulfil, pause, resume, retarget } from '#scoring';
import type { FactsOf } from './on-facts.js';

/** Where an issue stands. */
export type IssueStatus = 'open' | 'waiting' | 'resolved' | 'confirmed' | 'closed';

/** An issue, folded. */
export interface IssueState {
  readonly status: IssueStatus;
  /** The first raising, ms: age and pressure run from here, whatever was reopened since. */
  readonly openedAt: number;
  /** True while only later events of the issue are known, not its raising. */
  readonly implied?: true;
  readonly category: string;
  readonly severity: Severity;
  readonly raisedSeverity: Severity;
  readonly reprioritised?: true;
  readonly team: string | null;
  readonly transfers: number;
  readonly reopens: number;
  /** The source said that it missed its own target. */
  readonly breachReported?: true;
  /** When an earlier spell was breached, ms: the first of them. */
  readonly breachedBefore?: number;
  /** The beginning of the present spell, ms: its SLA is the one in force then. */
  readonly spellFrom: number;
  /** The clock of the present spell, or, when that has ended, of the last one. */
  readonly clock: SlaClock;
}

/** The touchpoints that change an issue, or show that there is one. */
export const ISSUE_EVENTS = [
  'IssueRaised',
  'IssueAssigned',
  'IssueWaiting',
  'IssueResumed',
  'IssueTransferred',
  'IssueReprioritised',
  'IssueBreachReported',
  'IssueEscalated',
  'ResolutionProvided',
  'ResolutionConfirmed',
  'IssueReopened',
  'IssueClosed',
] as const;

export type IssueEvent = (typeof ISSUE_EVENTS)[number];
export type IssueFact = FactsOf<IssueEvent>;

/** What the category and the severity of an issue are taken to be while its raising is not known. */
const UNKNOWN_CATEGORY = 'unknown';
const UNKNOWN_SEVERITY: Severity = 'normal';

/**
 * The issue after one more fact about it. An event of an issue that nobody has raised raises it by implication; what
 * has no meaning in a state changes nothing.
 */
export function afterIssue(issue: IssueState | undefined, fact: IssueFact, context: FoldContext): IssueState {
  if (issue === undefined) {
    if (fact.type === 'IssueRaised') {
      const { category, severity, team } = fact.data;
      return opened(fact.occurredAt, category, severity, team ?? null, context);
    }
    const implied = opened(fact.occurredAt, UNKNOWN_CATEGORY, UNKNOWN_SEVERITY, null, context);
    return applied({ ...implied, implied: true }, fact, context);
  }
  return applied(issue, fact, context);
}

function applied(issue: IssueState, fact: IssueFact, context: FoldContext): IssueState {
  const at = fact.occurredAt;
  switch (fact.type) {
    case 'IssueRaised':
      return issue.implied ? filledIn(issue, fact, context) : issue;
    case 'IssueAssigned':
      return { ...issue, team: fact.data.team ?? issue.team };
    case 'IssueWaiting':
      return isOpen(issue) ? waiting(issue, fact, context) : issue;
    case 'IssueResumed':
      if (issue.status === 'waiting')
        return { ...issue, status: 'open', clock: resume(issue.clock, at, context.businessTime) };
      return issue.status === 'open' ? issue : reopened(issue, at, context);
    case 'IssueTransferred':
      return { ...issue, transfers: issue.transfers + 1, team: fact.data.toTeam ?? issue.team };
    case 'IssueReprioritised':
      return withSeverity({ ...issue, reprioritised: true }, fact.data.severity, at, context);
    case 'IssueBreachReported':
      return { ...issue, breachReported: true };
    case 'IssueEscalated':
      return { ...issue, team: fact.data.toTeam ?? issue.team };
    case 'ResolutionProvided':
      return isOpen(issue) ? ended(issue, 'resolved', at, context) : issue;
    case 'ResolutionConfirmed':
      return issue.status === 'closed' || issue.status === 'confirmed'
        ? issue
        : ended(issue, 'confirmed', at, context);
    case 'IssueClosed':
      return issue.status === 'closed' ? issue : ended(issue, 'closed', at, context);
    case 'IssueReopened':
      return isOpen(issue) ? issue : reopened(issue, at, context);
  }
}

/** Whether the issue waits to be resolved: open, or waiting for somebody. */
export function isOpen({ status }: IssueState): boolean {
  return status === 'open' || status === 'waiting';
}

/** From when on (ms) the present spell is breached, by what is known; null while its clock stands, and when it was kept. */
export function spellBreachAt({ clock }: IssueState): number | null {
  return clock.breachAt;
}

/** From when on (ms) the issue counts as breached: by this spell or, sooner, by an earlier one. Null: not so far. */
export function breachedFrom(issue: IssueState): number | null {
  return issue.breachedBefore ?? issue.clock.breachAt;
}

function opened(
  at: number,
  category: string,
  severity: Severity,
  team: string | null,
  context: FoldContext,
): IssueState {
  return {
    status: 'open',
    openedAt: at,
    category,
    severity,
    raisedSeverity: severity,
    team,
    transfers: 0,
    reopens: 0,
    spellFrom: at,
    clock: started(at, severity, context),
  };
}

/** The raising comes after all: what only it knows is filled in, what has happened since stays. */
function filledIn(
  issue: IssueState,
  { data, occurredAt }: FactOf<'IssueRaised'>,
  context: FoldContext,
): IssueState {
  const { implied: _known, ...rest } = issue;
  const known = {
    ...rest,
    category: data.category,
    raisedSeverity: data.severity,
    team: issue.team ?? data.team ?? null,
  };
  return issue.reprioritised ? known : withSeverity(known, data.severity, occurredAt, context);
}

/** Waiting for another party than before may stop or start the clock, too. */
function waiting(
  issue: IssueState,
  { data, occurredAt }: FactOf<'IssueWaiting'>,
  context: FoldContext,
): IssueState {
  const stops = context.sla(issue.spellFrom).pausesOn.includes(data.on);
  const clock = (stops ? pause : resume)(issue.clock, occurredAt, context.businessTime);
  return { ...issue, status: 'waiting', clock };
}

function withSeverity(issue: IssueState, severity: Severity, at: number, context: FoldContext): IssueState {
  const { resolutionSeconds } = context.sla(issue.spellFrom).targets[severity];
  return { ...issue, severity, clock: retarget(issue.clock, at, resolutionSeconds, context.businessTime) };
}

function ended(issue: IssueState, status: IssueStatus, at: number, context: FoldContext): IssueState {
  return { ...issue, status, clock: fulfil(issue.clock, at, context.businessTime) };
}

/** A new spell with a clock of its own; that an earlier one was breached is not forgotten. */
function reopened(issue: IssueState, at: number, context: FoldContext): IssueState {
  const breached = breachedFrom(issue);
  return {
    ...issue,
    ...(breached === null ? {} : { breachedBefore: breached }),
    status: 'open',
    reopens: issue.reopens + 1,
    spellFrom: at,
    clock: started(at, issue.severity, context),
  };
}

function started(at: number, severity: Severity, context: FoldContext): SlaClock {
  return activate(at, context.sla(at).targets[severity].resolutionSeconds, context.businessTime);
}

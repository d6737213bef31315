import { type Cells, ROOT } from '#event-sourcing';
import type { FactName } from '#journey';
import {
  type Decayed,
  type FoldContext,
  addDecayed,
  feedbackSignal,
  isBreached,
  withoutDecayed,
} from '#scoring';
import { afterBehaviour, type BehaviourEvent } from './behaviour-state.js';
import { contactCell, issueCell } from './cell-keys.js';
import {
  atTime,
  type ChurnContact,
  type ChurnState,
  unknownCustomer,
  withClock,
  withoutClock,
  withSignal,
} from './churn-state.js';
import { expectationOf, noteExpectation } from './expectation.js';
import { issueChange, type IssueCell, type MentionEvent, type MentionFact } from './issue-contacts.js';
import { type IssueEvent, type IssueFact, type IssueState, isOpen, spellBreachAt } from './issue-state.js';
import type { Change } from './on-facts.js';
import { afterPromise, type PromiseEvent } from './promise-state.js';

/** What churn risk keeps of an issue besides the issue. */
interface ChurnIssue extends IssueCell {
  /** What this issue has added to the counter of breaches by having been breached, to be taken out when it is confirmed. */
  readonly term?: Decayed;
  /** The channel of the last contact about it. */
  readonly channel?: ChurnContact['channel'];
}

type ChurnChange<Name extends FactName> = Change<ChurnState, Name>;

/** Brings the root to the time of the event, and then changes it. */
export function changeRoot(
  cells: Cells,
  at: number,
  context: FoldContext,
  change: (state: ChurnState) => ChurnState,
): void {
  cells.set(ROOT, change(atTime(cells.get<ChurnState>(ROOT) ?? unknownCustomer(at), at, context)));
}

/** Purchases and contracts. */
export const behaviour: ChurnChange<BehaviourEvent> = (state, fact, cells) => ({
  ...state,
  behaviour: afterBehaviour(state.behaviour, fact, cells),
});

/** The customer and the company talk. */
export const contact: ChurnChange<'ContactStarted' | 'CustomerGreeted' | 'ContactEnded'> = (
  state,
  fact,
  cells,
) => {
  if (fact.type === 'ContactStarted') {
    cells.set(contactCell(fact.data.contactId), { channel: fact.data.channel } satisfies ChurnContact);
  }
  return { ...state, lastContactAt: fact.occurredAt };
};

/** A need, a handing on, a follow-up: they say what a contact was about, and cost the customer effort or not. */
export const mention: ChurnChange<MentionEvent> = (state, fact, cells, context) => {
  if (fact.type === 'NeedsIdentified') noteExpectation(cells, fact);
  if (fact.type === 'FollowUpCompleted')
    return promise(withMention(state, fact, cells, context), fact, cells, context);
  const met = { ...withMention(state, fact, cells, context), lastContactAt: fact.occurredAt };
  if (fact.type !== 'ContactTransferred') return met;
  const transferred = withSignal(met, 'friction', fact.occurredAt, context);
  return fact.data.informationRepeated
    ? withSignal(transferred, 'friction', fact.occurredAt, context)
    : transferred;
};

/** What happens to an issue. */
export const issue: ChurnChange<IssueEvent> = (state, fact, cells, context) => {
  const next = withMention(state, fact, cells, context);
  return fact.type === 'IssueTransferred' ? withSignal(next, 'friction', fact.occurredAt, context) : next;
};

/** Promises made, kept and broken; what falls due unkept needs no event. */
export const promise: ChurnChange<PromiseEvent> = (state, fact, cells, context) => {
  const { due, broken } = afterPromise(state.promises, fact, cells);
  const next = { ...state, promises: due };
  return broken ? withSignal(next, 'missedPromise', fact.occurredAt, context) : next;
};

/** What the customer says about it. Every answer counts, also several about one contact. */
export const feedback: ChurnChange<'FeedbackGiven'> = (state, fact, cells, context) => {
  const { survey, score } = fact.data;
  const signal = feedbackSignal(survey, score, expectationOf(cells, fact), context.policy);
  return signal === undefined ? state : withSignal(state, signal, fact.occurredAt, context);
};

/** Something that says nothing about the risk, but that the customer is there. */
export const presence: ChurnChange<FactName> = (state) => state;

/** The part that an issue plays, after a fact that names it: its clock, its contacts, its channel, its confirmation. */
function withMention(
  state: ChurnState,
  fact: IssueFact | MentionFact,
  cells: Cells,
  context: FoldContext,
): ChurnState {
  const change = issueChange<ChurnIssue>(cells, fact, context);
  if (change === undefined) return state;
  const { issueId, before, after, newContact } = change;
  const at = fact.occurredAt;
  let next = withoutClock(state, runningBreach(before?.issue), issueId);
  next = withClock(next, runningBreach(after.issue), issueId);
  let { term, channel } = before ?? {};
  if (endedBreached(before?.issue, after.issue, at)) {
    next = withSignal(next, 'breachedIssue', at, context);
    term = addDecayed(term, at, 1, context.policy.signals.breachedIssue.halfLifeDays);
  }
  if (fact.type === 'ResolutionConfirmed' && term !== undefined) {
    next = withoutTerm(next, term, at, context);
    term = undefined;
  }
  if (newContact !== undefined) {
    const spoken = cells.get<ChurnContact>(contactCell(newContact))?.channel;
    if (after.contacts > 1) next = withSignal(next, 'repeatContact', at, context);
    if (spoken !== undefined && channel !== undefined && spoken !== channel) {
      next = withSignal(next, 'friction', at, context);
    }
    channel = spoken ?? channel;
  }
  const cell: ChurnIssue = { ...after, ...(term && { term }), ...(channel && { channel }) };
  cells.set(issueCell(issueId), cell);
  return next;
}

/** When an open issue breaches; null when it is not open or its clock stands. */
function runningBreach(issue: IssueState | undefined): number | null {
  return issue !== undefined && isOpen(issue) ? spellBreachAt(issue) : null;
}

/** Whether an open issue has just been ended too late. */
function endedBreached(before: IssueState | undefined, after: IssueState | undefined, at: number): boolean {
  if (after === undefined || isOpen(after)) return false;
  return (before === undefined || isOpen(before)) && isBreached(after.clock, at);
}

function withoutTerm(state: ChurnState, term: Decayed, at: number, { policy }: FoldContext): ChurnState {
  const { halfLifeDays } = policy.signals.breachedIssue;
  const breachedIssue = withoutDecayed(state.signals.breachedIssue, term, at, halfLifeDays);
  return { ...state, signals: { ...state.signals, breachedIssue } };
}

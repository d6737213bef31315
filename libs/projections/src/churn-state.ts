import type { FactOf } from '#journey';
import { type ChurnInputs, type Decayed, type FoldContext, type Signal, addDecayed } from '#scoring';
import { type BehaviourState, contractOf } from './behaviour-state.js';
import { type Deadlines, passedBy, withDeadline, withoutDeadline } from './deadlines.js';

/** The root cell of churn risk: all that the risk is a function of. */
export interface ChurnState {
  /** Time of the last event, ms. */
  readonly at: number;
  readonly behaviour: BehaviourState;
  /** What service did to the customer, fading. */
  readonly signals: { readonly [signal in Signal]?: Decayed };
  readonly lastContactAt?: number;
  /** Open issues past their SLA: how many, and the first few of them, to be named. */
  readonly overdue?: { readonly count: number; readonly ids: readonly string[] };
  /** Clocks of open issues that are still ahead of their breach. */
  readonly clocks: Deadlines;
  /** Promises that are not due yet. */
  readonly promises: Deadlines;
}

/** So many overdue issues are named. */
const NAMED = 20;

/** A customer of whom nothing is known. */
export function unknownCustomer(at: number): ChurnState {
  return { at, behaviour: {}, signals: {}, clocks: [], promises: [] };
}

/**
 * The state at a time, nothing having happened since: clocks that ran out are overdue, promises that were not kept
 * are missed as of their due time.
 */
export function atTime(state: ChurnState, at: number, context: Pick<FoldContext, 'policy'>): ChurnState {
  const clocks = passedBy(state.clocks, at);
  const promises = passedBy(state.promises, at);
  let reached = state;
  for (const [, issueId] of clocks.passed) reached = withOverdue(reached, issueId);
  for (const [missedAt] of promises.passed) reached = withSignal(reached, 'missedPromise', missedAt, context);
  return { ...reached, at: Math.max(state.at, at), clocks: clocks.ahead, promises: promises.ahead };
}

/** The state with one more signal of weight 1. */
export function withSignal(
  state: ChurnState,
  signal: Signal,
  at: number,
  { policy }: Pick<FoldContext, 'policy'>,
): ChurnState {
  const sum = addDecayed(state.signals[signal], at, 1, policy.signals[signal].halfLifeDays);
  return { ...state, signals: { ...state.signals, [signal]: sum } };
}

/** The state in which an open issue breaches at `breachAt`, before or after now; null: it does not. */
export function withClock(state: ChurnState, breachAt: number | null, issueId: string): ChurnState {
  if (breachAt === null) return state;
  if (breachAt <= state.at) return withOverdue(state, issueId);
  return { ...state, clocks: withDeadline(state.clocks, breachAt, issueId) };
}

/** The reverse of `withClock`. */
export function withoutClock(state: ChurnState, breachAt: number | null, issueId: string): ChurnState {
  if (breachAt === null) return state;
  if (breachAt > state.at) return { ...state, clocks: withoutDeadline(state.clocks, breachAt, issueId) };
  const { overdue, ...rest } = state;
  if (overdue === undefined || overdue.count <= 1) return rest;
  return { ...rest, overdue: { count: overdue.count - 1, ids: overdue.ids.filter((id) => id !== issueId) } };
}

function withOverdue(state: ChurnState, issueId: string): ChurnState {
  const { count, ids } = state.overdue ?? { count: 0, ids: [] };
  return { ...state, overdue: { count: count + 1, ids: ids.length < NAMED ? [...ids, issueId] : ids } };
}

/** What the risk is worked out from. */
export function churnInputs(state: ChurnState): ChurnInputs {
  const { count, ids } = state.overdue ?? { count: 0, ids: [] };
  const overdue = Array.from({ length: count }, (_, i): Deadlines[number] => [-Infinity, ids[i] ?? '']);
  return {
    purchases: state.behaviour.purchases,
    contract: contractOf(state.behaviour),
    lastContactAt: state.lastContactAt,
    openIssues: count + state.clocks.length,
    signals: state.signals,
    breaches: [...overdue, ...state.clocks],
    promises: state.promises,
  };
}

/** A contact's channel, to tell when the customer had to change it. */
export interface ChurnContact {
  readonly channel: FactOf<'ContactStarted'>['data']['channel'];
}

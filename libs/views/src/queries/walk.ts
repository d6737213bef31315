import { CustomerState, instantsBetween, type OwnChange } from '#customer';
import type { TimelineFact } from '#journey';
import type { PolicyBook, ViewContext } from '#scoring';
import type { CustomerMoment } from './with-customer.js';

/**
 * A step on a customer's path: an event, something that time alone brings about (a breach, a missed promise), or a
 * policy or model coming into force.
 */
export type WalkStep =
  | { readonly kind: 'event'; readonly at: number; readonly fact: TimelineFact }
  | { readonly kind: 'time'; readonly at: number; readonly change: OwnChange }
  | { readonly kind: 'policy'; readonly at: number; readonly type: 'policy-changed' | 'model-changed' };

/** The state by the policies in force at the time of the step. It is one object, changed as the walk goes on. */
export interface WalkState {
  readonly state: CustomerState;
  readonly context: ViewContext;
}

/**
 * Called at each step, with the state just before it and the way to go on, which answers the state after it. What is
 * needed of the state before must be read before. False ends the walk.
 */
export type WalkVisitor = (step: WalkStep, before: WalkState, go: () => WalkState) => boolean;

/** Which changes by time alone are steps of the walk. */
export type ChangeFilter = (change: OwnChange) => boolean;

/** Steps between two turns of other queries. */
const STEPS_A_TURN = 1_000;

/**
 * Walks along a customer's facts in business order up to the moment asked about, folding them by every policy that is
 * in force on the way. The first `skip` steps are gone without being shown.
 */
export async function walk(
  moment: CustomerMoment,
  skip: number,
  visit: WalkVisitor,
  counts: ChangeFilter = () => true,
): Promise<void> {
  const { counting } = await moment.facts();
  const from = counting[0]?.occurredAt ?? Infinity;
  const path = new Path(moment.known.book, { from, asOf: moment.asOf }, counts);
  let steps = 0;
  for (const step of path.steps(counting)) {
    steps += 1;
    if (steps % STEPS_A_TURN === 0) await moment.query.yieldTurn();
    if (steps <= skip) path.go(step);
    else if (!visit(step, path.before(step), () => path.go(step))) return;
  }
}

/** The states by every policy that comes into force on the way, folded side by side. */
class Path {
  private readonly contexts: readonly ViewContext[];
  private readonly states = new Map<string, CustomerState>();
  /** Each state once, with a context of its stamp. */
  private readonly folded: WalkState[] = [];
  private readonly from: number;
  private readonly asOf: number;
  private passed = 0;
  private reached: number;
  /** The last instant at which time alone brought something about. */
  private changedAt: number | undefined;

  constructor(
    book: PolicyBook,
    { from, asOf }: { readonly from: number; readonly asOf: number },
    private readonly counts: ChangeFilter,
  ) {
    this.from = from;
    this.asOf = asOf;
    this.reached = from;
    this.contexts = from <= asOf ? contextsBetween(book, from, asOf) : [];
    for (const context of this.contexts) {
      if (this.states.has(context.stamp)) continue;
      const state = new CustomerState();
      this.states.set(context.stamp, state);
      this.folded.push({ state, context });
    }
  }

  /** The steps in their order; each must be gone before the next is asked for. */
  *steps(facts: readonly TimelineFact[]): Iterable<WalkStep> {
    if (this.from > this.asOf) return;
    for (const fact of facts) {
      if (fact.occurredAt > this.asOf) break;
      yield* this.until(fact.occurredAt);
      yield { kind: 'event', at: fact.occurredAt, fact };
    }
    yield* this.until(this.asOf);
  }

  before(step: WalkStep): WalkState {
    // What time brings about at an instant is not there a millisecond before; all of that instant comes with the first.
    const isFirst = step.kind === 'time' && step.at !== this.changedAt;
    return this.at(isFirst ? step.at - 1 : step.at);
  }

  go(step: WalkStep): WalkState {
    if (step.kind === 'event') this.fold(step.fact);
    if (step.kind === 'policy') this.passed += 1;
    if (step.kind === 'time') this.changedAt = step.at;
    return this.at(step.at);
  }

  /** What comes between the last step and a time, inclusive, without an event. */
  private *until(end: number): Iterable<WalkStep> {
    for (let next = this.contexts[this.passed + 1]; next !== undefined && next.asOf <= end;) {
      yield* this.changes(next.asOf);
      const type = next.policy === this.current.policy ? 'model-changed' : 'policy-changed';
      yield { kind: 'policy', at: next.asOf, type };
      next = this.contexts[this.passed + 1];
    }
    yield* this.changes(end);
  }

  private *changes(end: number): Iterable<WalkStep> {
    const { state, context } = this.at(this.reached);
    for (const change of instantsBetween(state, context, this.reached, end)) {
      if (this.counts(change)) yield { kind: 'time', at: change.at, change };
    }
    this.reached = end;
  }

  private at(asOf: number): WalkState {
    return { state: this.states.get(this.current.stamp)!, context: { ...this.current, asOf } };
  }

  private fold(fact: TimelineFact): void {
    for (const { state, context } of this.folded) state.apply(fact, context);
  }

  private get current(): ViewContext {
    return this.contexts[this.passed]!;
  }
}

/** What is in force from one time on, and whatever comes into force until another; each `asOf` is when it begins. */
function contextsBetween(book: PolicyBook, from: number, until: number): readonly ViewContext[] {
  const contexts = [book.viewAt(from)];
  for (let at = book.nextChangeAfter(from); at !== undefined && at <= until; at = book.nextChangeAfter(at)) {
    contexts.push(book.viewAt(at));
  }
  return contexts;
}

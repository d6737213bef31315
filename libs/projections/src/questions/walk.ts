import { compareOrder, type Fact, type OrderKey, type TimelineRow } from '#event-sourcing';
import type { PolicyBook, ViewContext } from '#scoring';
import type { CustomerProjection } from '../projections.js';
import type { CustomerInquiry } from './customer-question.js';
import { factsOf } from './facts-of.js';
import { fold, FoldedCells } from './folded-cells.js';
import { snapshotFor } from './state-at.js';

/** Something on the way of a customer: an event, or a policy or model coming into force. */
export type WalkStep =
  | { readonly kind: 'event'; readonly at: number; readonly row: TimelineRow; readonly fact: Fact }
  | { readonly kind: 'policy'; readonly at: number; readonly type: 'policy-changed' | 'model-changed' };

/** The states of some projections by the policies in force at the time of the walk. */
export interface WalkState {
  readonly cells: readonly FoldedCells[];
  readonly context: ViewContext;
}

/**
 * Called at each step behind `after`: with the state before it and the way to go on, which answers the state after
 * it. The state is one and the same object: what is needed of it before must be read before. False ends the walk.
 */
export type WalkVisitor = (step: WalkStep, before: WalkState, go: () => WalkState) => boolean;

/**
 * Walks through a customer's events in business order, up to the inquiry's time, folding them by each policy that is
 * in force on the way. `begin` is told the state at `after`, where that was given.
 */
export async function walk(
  inquiry: CustomerInquiry,
  projections: readonly CustomerProjection[],
  after: OrderKey | undefined,
  visit: WalkVisitor,
  begin?: (state: WalkState) => void,
): Promise<void> {
  const { reader, person, known, asOf } = inquiry;
  const start = await startOf(inquiry, projections, after);
  const path = new PolicyPath(known.book, projections, start?.cells);
  if (start !== undefined) path.enter(after!.occurredAt, asOf);
  let begun = after === undefined;
  for await (const { row, fact } of factsOf(reader, person, {
    upTo: asOf,
    at: known.at,
    after: start?.order,
  })) {
    if (path.isEmpty) path.enter(fact.occurredAt, asOf);
    if (!begun && compareOrder(row, after!) > 0) {
      begun = true;
      begin?.(path.stateAt(after!.occurredAt));
    }
    if (!path.passChanges(fact.occurredAt, begun ? visit : undefined)) return;
    const before = path.stateAt(fact.occurredAt);
    const go = () => {
      path.fold(fact);
      return path.stateAt(fact.occurredAt);
    };
    if (!begun) go();
    else if (!visit({ kind: 'event', at: fact.occurredAt, row, fact }, before, go)) return;
  }
  if (path.isEmpty) return;
  if (!begun) begin?.(path.stateAt(after!.occurredAt));
  path.passChanges(asOf, visit);
}

/** A snapshot before `after`, of a single projection that met one policy only; else the walk starts at the first event. */
async function startOf(
  { reader, person, known, context, asOf }: CustomerInquiry,
  projections: readonly CustomerProjection[],
  after: OrderKey | undefined,
): Promise<{ readonly order: OrderKey; readonly cells: FoldedCells } | undefined> {
  const [projection] = projections;
  if (after === undefined || known.at !== undefined || projections.length !== 1) return undefined;
  const change = known.book.nextChangeAfter(after.occurredAt);
  if (change !== undefined && change <= asOf) return undefined;
  const snapshot = await snapshotFor(reader, person, projection!, context, after);
  return snapshot && { order: snapshot.head.last, cells: new FoldedCells(snapshot.cells) };
}

/** The states by every policy that comes into force on the way, folded side by side. */
class PolicyPath {
  private changes: readonly ViewContext[] = [];
  private readonly states = new Map<string, readonly FoldedCells[]>();
  private passed = 0;

  constructor(
    private readonly book: PolicyBook,
    private readonly projections: readonly CustomerProjection[],
    private readonly start: FoldedCells | undefined,
  ) {}

  get isEmpty(): boolean {
    return this.changes.length === 0;
  }

  /** Finds what is in force from the first event on; each `asOf` is when it begins. */
  enter(from: number, until: number): void {
    const changes = [this.book.viewAt(from)];
    for (let at = this.book.nextChangeAfter(from); at !== undefined && at <= until;) {
      changes.push(this.book.viewAt(at));
      at = this.book.nextChangeAfter(at);
    }
    this.changes = changes;
    for (const { stamp } of changes) {
      if (!this.states.has(stamp))
        this.states.set(
          stamp,
          this.projections.map(() => this.start ?? new FoldedCells()),
        );
    }
  }

  /** Comes to a time, showing each policy that begins on the way. */
  passChanges(at: number, visit: WalkVisitor | undefined): boolean {
    for (let next = this.changes[this.passed + 1]; next !== undefined && next.asOf <= at;) {
      const type = next.policy === this.current.policy ? 'model-changed' : 'policy-changed';
      const before = this.stateAt(next.asOf);
      this.passed += 1;
      const began = next.asOf;
      const goOn = visit?.({ kind: 'policy', at: began, type }, before, () => this.stateAt(began)) ?? true;
      if (!goOn) return false;
      next = this.changes[this.passed + 1];
    }
    return true;
  }

  stateAt(asOf: number): WalkState {
    return { cells: this.states.get(this.current.stamp)!, context: { ...this.current, asOf } };
  }

  fold(fact: Fact): void {
    for (const context of new Map(this.changes.map((change) => [change.stamp, change])).values()) {
      this.states.get(context.stamp)!.forEach((cells, i) => fold(this.projections[i]!, cells, fact, context));
    }
  }

  private get current(): ViewContext {
    return this.changes[this.passed]!;
  }
}

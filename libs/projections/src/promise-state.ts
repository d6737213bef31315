import { type Cells, parseTime } from '#event-sourcing';
import { promiseCell } from './cell-keys.js';
import { type Deadlines, withDeadline, withoutDeadline } from './deadlines.js';
import type { FactsOf } from './on-facts.js';

/** The touchpoints that make a promise or settle it. */
export const PROMISE_EVENTS = ['PromiseMade', 'PromiseKept', 'PromiseBroken', 'FollowUpCompleted'] as const;

export type PromiseEvent = (typeof PROMISE_EVENTS)[number];
export type PromiseFact = FactsOf<PromiseEvent>;

interface PromiseCell {
  /** Milliseconds; absent while only its settlement is known. */
  readonly dueAt?: number;
  readonly settled?: true;
}

/** What a fact did to the promises: those that are still due, and whether one was broken before it was due. */
export interface PromiseChange {
  readonly due: Deadlines;
  readonly broken: boolean;
}

/**
 * The promises after one more fact, the due ones of which are all still ahead. Keeping a promise (or completing the
 * follow-up it was about) at its due time is keeping it; what comes later finds it missed already. A promise that
 * is settled stays so, whichever of the two events comes first.
 */
export function afterPromise(due: Deadlines, fact: PromiseFact, cells: Cells): PromiseChange {
  const unchanged = { due, broken: false };
  const { promiseId } = fact.data;
  if (promiseId === undefined) return unchanged;
  const key = promiseCell(promiseId);
  const promise = cells.get<PromiseCell>(key);
  if (promise?.settled) return unchanged;
  const ahead =
    promise?.dueAt === undefined ? due : withoutDeadline(due, missedFrom(promise.dueAt), promiseId);
  if (fact.type === 'PromiseMade') {
    const dueAt = parseTime(fact.data.dueAt)!;
    cells.set(key, { dueAt });
    return { due: withDeadline(ahead, missedFrom(dueAt), promiseId), broken: false };
  }
  cells.set(key, { ...promise, settled: true });
  // One that had passed its due time has been counted as missed: it was not among those ahead any more.
  const missedBefore = promise?.dueAt !== undefined && ahead === due;
  return { due: ahead, broken: fact.type === 'PromiseBroken' && !missedBefore };
}

/** What is done at its due time is done in time: missed is the millisecond after. */
const missedFrom = (dueAt: number): number => dueAt + 1;

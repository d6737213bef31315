import { parseTime } from '#event-sourcing';
import type { FoldContext } from '#scoring';
import type { About } from './about.js';
import type { FactsOf } from './facts.js';
import { Records } from './records.js';
import type { Signals } from './signals.js';

/** One promise, as far as it is known. */
export interface PromiseRecord {
  changed: boolean;
  readonly customer: string;
  readonly promiseId: string;
  /** Undefined while only its settlement is known. */
  kind: FactsOf<'PromiseMade'>['data']['kind'] | undefined;
  agentId: string | undefined;
  /** The event that made it, or settled it where that is all that is known. */
  eventId: string | undefined;
  about: About | undefined;
  /** When it was made first, ms. */
  madeAt: number | undefined;
  /** Until when it is to be kept, as said last, ms. */
  dueAt: number | undefined;
  keptAt: number | undefined;
  brokenAt: number | undefined;
  /** From when on (ms) it counts as missed; Infinity while only its settlement is known. */
  missedFrom: number;
  settled: boolean;
  /** It was counted as missed already when the same promise was made again, ms. */
  missedBefore: number | undefined;
}

/**
 * Promises made, kept and broken. Keeping a promise, or completing the follow-up that it was about, at its due time is
 * keeping it; what comes later finds it missed already. A promise that is settled stays so, whichever of the two
 * events comes first.
 */
export class Promises {
  /** Ascending in `missedFrom`; those that fell due after the last fact are still among them: reading counts them. */
  private readonly ahead: PromiseRecord[] = [];
  readonly records = new Records<PromiseRecord>();
  /** Made, and neither kept nor broken: missed or not. */
  readonly unsettled = new Set<PromiseRecord>();
  /** When a follow-up was completed last, ms. */
  lastFollowUpAt: number | undefined;

  constructor(private readonly signals: Signals) {}

  /** Those that were not missed yet at the last fact, ascending in `missedFrom`. */
  get pending(): readonly PromiseRecord[] {
    return this.ahead;
  }

  /** Whether several identities of the person have a promise of this id. */
  isShared(promiseId: string): boolean {
    return this.records.isShared(promiseId);
  }

  /** Counts what has fallen due by a time (ms) as missed. */
  passTo(at: number, context: FoldContext): void {
    const { ahead } = this;
    let missed = 0;
    while (missed < ahead.length && ahead[missed]!.missedFrom <= at) {
      this.signals.add('missedPromise', ahead[missed]!.missedFrom, context);
      missed += 1;
    }
    if (missed > 0) ahead.splice(0, missed);
  }

  made({ customer, eventId, occurredAt, data }: FactsOf<'PromiseMade'>, about: About): void {
    const promise = this.records.change(customer, data.promiseId, newPromise);
    const dueAt = parseTime(data.dueAt)!;
    if (!promise.settled && promise.missedFrom <= occurredAt) promise.missedBefore ??= promise.missedFrom;
    promise.kind = data.kind;
    promise.eventId = eventId;
    promise.agentId = data.agentId;
    promise.about = about;
    promise.madeAt ??= occurredAt;
    promise.dueAt = dueAt;
    if (promise.settled) return;
    this.unsettled.add(promise);
    this.removeAhead(promise);
    // What is done at its due time is done in time: missed is the millisecond after.
    promise.missedFrom = dueAt + 1;
    this.ahead.splice(this.placeBehind(promise.missedFrom), 0, promise);
  }

  kept({ customer, occurredAt, type, data }: FactsOf<'PromiseKept' | 'FollowUpCompleted'>): void {
    if (type === 'FollowUpCompleted') this.lastFollowUpAt = occurredAt;
    if (data.promiseId === undefined) return;
    const { promise, before } = this.settle(customer, data.promiseId);
    if (before !== 'settled') promise.keptAt = occurredAt;
  }

  broken({ customer, occurredAt, data }: FactsOf<'PromiseBroken'>, context: FoldContext): void {
    const { promise, before } = this.settle(customer, data.promiseId);
    if (before !== 'settled') promise.brokenAt = occurredAt;
    // One that had passed its due time has been counted as missed already.
    if (before === 'pending' || before === 'unknown') this.signals.add('missedPromise', occurredAt, context);
  }

  /** Settles a promise; answers what it was before. */
  private settle(customer: string, promiseId: string): Settled {
    const promise = this.records.change(customer, promiseId, newPromise);
    if (promise.settled) return { promise, before: 'settled' };
    promise.settled = true;
    this.unsettled.delete(promise);
    if (promise.missedFrom === Infinity) return { promise, before: 'unknown' };
    return { promise, before: this.removeAhead(promise) ? 'pending' : 'missed' };
  }

  private removeAhead(promise: PromiseRecord): boolean {
    const { ahead } = this;
    for (let i = this.placeBehind(promise.missedFrom) - 1; i >= 0; i--) {
      if (ahead[i] === promise) return ahead.splice(i, 1).length === 1;
      if (ahead[i]!.missedFrom < promise.missedFrom) return false;
    }
    return false;
  }

  /** The place behind all that are missed up to a time. */
  private placeBehind(missedFrom: number): number {
    let [low, high] = [0, this.ahead.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ahead[middle]!.missedFrom <= missedFrom) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface Settled {
  readonly promise: PromiseRecord;
  readonly before: 'unknown' | 'pending' | 'missed' | 'settled';
}

/** From when on (ms) a promise counts as missed, perhaps in the future; undefined: it was kept in time, or nothing is due. */
export function missedAtOf(promise: PromiseRecord): number | undefined {
  const { missedBefore, dueAt, keptAt, brokenAt } = promise;
  if (missedBefore !== undefined) return missedBefore;
  const settledAt = keptAt ?? brokenAt;
  const inTime = dueAt === undefined || (settledAt !== undefined && settledAt <= dueAt);
  return inTime ? brokenAt : dueAt + 1;
}

export const PROMISE_STATES = ['due', 'kept', 'missed'] as const;
export type PromiseState = (typeof PROMISE_STATES)[number];

/** What a promise is at a time (ms): kept means in time. */
export function promiseStateAt(promise: PromiseRecord, asOf: number): PromiseState {
  const missedAt = missedAtOf(promise);
  if (missedAt !== undefined && missedAt <= asOf) return 'missed';
  return promise.keptAt === undefined ? 'due' : 'kept';
}

const newPromise = (customer: string, promiseId: string): PromiseRecord => ({
  ...{ changed: false, customer, promiseId, missedFrom: Infinity, settled: false },
  ...{
    kind: undefined,
    agentId: undefined,
    eventId: undefined,
    about: undefined,
    madeAt: undefined,
    dueAt: undefined,
  },
  ...{ keptAt: undefined, brokenAt: undefined, missedBefore: undefined },
});

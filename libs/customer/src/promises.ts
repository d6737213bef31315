import { parseTime } from '#event-sourcing';
import type { FoldContext } from '#scoring';
import type { FactsOf } from './facts.js';
import { OwnedMap } from './owned-map.js';
import type { Signals } from './signals.js';

/** A promise that is neither settled nor counted as missed yet. */
export interface PendingPromise {
  readonly customer: string;
  readonly promiseId: string;
  /** From when on (ms) it counts as missed. */
  readonly missedFrom: number;
}

interface PromiseRecord {
  readonly customer: string;
  readonly promiseId: string;
  /** Infinity while only its settlement is known. */
  missedFrom: number;
  settled: boolean;
}

/**
 * Promises made, kept and broken. Keeping a promise, or completing the follow-up that it was about, at its due time is
 * keeping it; what comes later finds it missed already. A promise that is settled stays so, whichever of the two
 * events comes first.
 */
export class Promises {
  /** Ascending in `missedFrom`; those that fell due after the last fact are still among them: reading counts them. */
  private readonly ahead: PromiseRecord[] = [];
  private readonly promises = new OwnedMap<PromiseRecord>();

  constructor(private readonly signals: Signals) {}

  get size(): number {
    return this.promises.size;
  }

  /** Those that were not missed yet at the last fact, ascending in `missedFrom`. */
  get pending(): readonly PendingPromise[] {
    return this.ahead;
  }

  /** Whether several identities of the person have a promise of this id. */
  isShared(promiseId: string): boolean {
    return this.promises.isShared(promiseId);
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

  made({ customer, data }: FactsOf<'PromiseMade'>): void {
    const promise = this.promises.of(customer, data.promiseId, newPromise);
    if (promise.settled) return;
    this.removeAhead(promise);
    // What is done at its due time is done in time: missed is the millisecond after.
    promise.missedFrom = parseTime(data.dueAt)! + 1;
    this.ahead.splice(this.placeBehind(promise.missedFrom), 0, promise);
  }

  kept({ customer, data }: FactsOf<'PromiseKept' | 'FollowUpCompleted'>): void {
    if (data.promiseId !== undefined) this.settle(customer, data.promiseId);
  }

  broken({ customer, occurredAt, data }: FactsOf<'PromiseBroken'>, context: FoldContext): void {
    const before = this.settle(customer, data.promiseId);
    // One that had passed its due time has been counted as missed already.
    if (before === 'pending' || before === 'unknown') this.signals.add('missedPromise', occurredAt, context);
  }

  /** Settles a promise; answers what it was before. */
  private settle(customer: string, promiseId: string): 'unknown' | 'pending' | 'missed' | 'settled' {
    const promise = this.promises.of(customer, promiseId, newPromise);
    if (promise.settled) return 'settled';
    promise.settled = true;
    if (promise.missedFrom === Infinity) return 'unknown';
    return this.removeAhead(promise) ? 'pending' : 'missed';
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

const newPromise = (customer: string, promiseId: string): PromiseRecord => ({
  customer,
  promiseId,
  missedFrom: Infinity,
  settled: false,
});

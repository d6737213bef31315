import { LedgerError, START } from '#event-sourcing';
import type { Position } from '#event-sourcing';

interface Waiter {
  readonly position: Position;
  readonly done: () => void;
}

/** Requests that wait until the views have reached a position. */
export class PositionWaiters {
  private last: Position = START;
  private waiters: Waiter[] = [];

  /** The furthest position that was reached. */
  get reached(): Position {
    return this.last;
  }

  /** How many wait. */
  get count(): number {
    return this.waiters.length;
  }

  /** The views have reached a position: resolves the waiters up to it. */
  reach(position: Position): void {
    if (position > this.last) this.last = position;
    const [there, waiting] = [[] as Waiter[], [] as Waiter[]];
    for (const waiter of this.waiters) (waiter.position <= this.last ? there : waiting).push(waiter);
    this.waiters = waiting;
    for (const { done } of there) done();
  }

  /** Throws `position-not-reached` when it takes longer than `deadlineMillis`. */
  wait(position: Position, deadlineMillis: number): Promise<void> {
    if (position <= this.last) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters = this.waiters.filter((other) => other !== waiter);
        const message = `the views are at position ${this.last} and have not reached ${position} yet: retry later`;
        reject(new LedgerError('position-not-reached', message));
      }, deadlineMillis);
      const waiter: Waiter = {
        position,
        done: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.waiters.push(waiter);
    });
  }
}

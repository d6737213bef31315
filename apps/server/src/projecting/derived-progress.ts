import { START } from '#event-sourcing';
import type { Position } from '#event-sourcing';
import { PositionWaiters } from './position-waiters.js';
import { ViewsLag } from './views-lag.js';

/** How far one thing is that is derived from the log. */
export class DerivedProgress {
  private readonly waiters = new PositionWaiters();
  /** How far it is behind the log in time. */
  readonly lag = new ViewsLag();

  /** `onWait`: called when somebody begins to wait. */
  constructor(private readonly onWait: () => void) {}

  /** Every event up to here is in it. */
  get position(): Position {
    return this.waiters.reached;
  }

  get isWaitedFor(): boolean {
    return this.waiters.count > 0;
  }

  /** Resolves when it has reached the position; throws `position-not-reached` after this time, ms. */
  async reached(position: Position, deadlineMillis: number): Promise<void> {
    if (position <= START) return;
    const reached = this.waiters.wait(position, deadlineMillis);
    this.onWait();
    await reached;
  }

  /** Every event up to here is in it from now on. */
  advance(position: Position): void {
    this.lag.reached(position);
    this.waiters.reach(position);
  }
}

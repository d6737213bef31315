import { START } from '#event-sourcing';
import type { Position } from '#event-sourcing';
import type { CustomerRef } from '#views';
import { PositionWaiters } from './position-waiters.js';
import { ViewsLag } from './views-lag.js';

/** How far the views are, whichever process keeps them up to date. */
export abstract class ViewsProgress {
  private readonly waiters = new PositionWaiters();
  /** How far the views are behind the log in time. */
  readonly lag = new ViewsLag();

  /** The position up to which every view has been committed. */
  get position(): Position {
    return this.waiters.reached;
  }

  /** Resolves when the views have reached the position; throws `position-not-reached` after this time, ms. */
  reached(position: Position, deadlineMillis: number): Promise<void> {
    return position <= START ? Promise.resolve() : this.waiters.wait(position, deadlineMillis);
  }

  /** Whether the views are kept up to date here, or can at least be read. */
  abstract get works(): boolean;

  /** Why this server cannot do its part of the projecting now, as public text. */
  get trouble(): string | undefined {
    return undefined;
  }

  /** Announces a new head of the log. */
  abstract wake(head: Position): void;

  /** Derives a customer whose stored rows are damaged again from the log. */
  abstract mend(customer: CustomerRef): Promise<void>;

  /** Every view has been committed up to here. */
  protected advance(position: Position): void {
    this.lag.reached(position);
    this.waiters.reach(position);
  }
}

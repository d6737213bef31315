import type { Clock } from '#event-sourcing';
import { type EventStore } from '#event-store';

/**
 * The times at which the ledger learns of events: the clock's, but never less than the last one given, so that
 * `recordedAt` does not decrease along the log when a clock is set back or the server starts on another machine.
 */
export class RecordedAt {
  private constructor(
    readonly clock: Clock,
    private last: number,
  ) {}

  /** Goes on from the last event of the store. */
  static async after(store: EventStore, clock: Clock): Promise<RecordedAt> {
    return new RecordedAt(clock, await store.lastRecordedAt());
  }

  /** Milliseconds. What is given here must be handed to the store before anything else is awaited. */
  next(): number {
    this.last = Math.max(this.last, this.clock.now());
    return this.last;
  }
}

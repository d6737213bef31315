import { InvalidInput, LedgerError, type Clock } from '#event-sourcing';
import type { IntakeStore } from './intake-store.js';

/** For how long after a filled event, or after the start with an empty log, a filling is taken to be under way, ms. */
const FILLING_MILLIS = 15_000;

/**
 * Assigns `recordedAt`: the clock's time, but never less than the last one assigned, so that it does not decrease along
 * the log when a clock is set back or the server starts on another machine.
 */
export class RecordedAt {
  private filledAt: number;

  private constructor(
    readonly clock: Clock,
    private last: number,
    private fillable: boolean,
  ) {
    this.filledAt = clock.now();
  }

  /** Whether the ledger is being filled, or may be soon: what can wait should wait, since any other event ends it. */
  get isFilling(): boolean {
    return this.fillable && this.clock.now() < this.filledAt + FILLING_MILLIS;
  }

  /** Continues from the `recordedAt` of the store's last event. */
  static async after(store: IntakeStore, clock: Clock): Promise<RecordedAt> {
    const last = await store.lastRecordedAt();
    return new RecordedAt(clock, last, last === 0);
  }

  /** Milliseconds. The event must be passed to the store before anything else is awaited. */
  next(): number {
    this.fillable = false;
    this.last = Math.max(this.last, this.clock.now());
    return this.last;
  }

  /**
   * The same with a time set by the caller, to fill an empty ledger with a history that was recorded over months.
   * Allowed only while the log is empty, or holds only events that were filled since this process started: otherwise
   * answers about what was known at a time would become wrong. Throws LedgerError `not-fillable`.
   */
  fill(at: number): number {
    if (!this.fillable)
      throw new LedgerError(
        'not-fillable',
        'the time of recording can only be set while the ledger is empty: this one holds events already',
      );
    if (at > this.clock.now()) {
      const detail = 'the time of recording lies in the future';
      throw new InvalidInput('invalid-question', detail, [{ pointer: '/cx-recorded-at', detail }]);
    }
    this.filledAt = this.clock.now();
    this.last = Math.max(this.last, at);
    return this.last;
  }
}

import { LedgerError } from '#event-sourcing';
import type { Position } from '#event-sourcing';
import { WakeSignal } from '#threads';
import type { QueryThreads } from '../query/query-threads.js';
import { ViewsProgress } from './views-progress.js';

/** Milliseconds between two readings: while a request waits for a position, and else. */
const WAITING_MILLIS = 20;
const IDLE_MILLIS = 500;
const DEADLINE_MILLIS = 5_000;

/**
 * The progress of views that another process keeps up to date: read from the read model again and again. Without query
 * threads nobody asks for it, and nothing is read.
 */
export class PolledViews extends ViewsProgress {
  private readonly stopping = new AbortController();
  private readonly wakeSignal = new WakeSignal();
  private readonly running: Promise<void>;
  private readable = true;

  constructor(private readonly queries: Pick<QueryThreads, 'positions' | 'size'>) {
    super();
    this.running = queries.size > 0 ? this.run() : Promise.resolve();
  }

  /** Whether the read model could be read last time. */
  override get works(): boolean {
    return this.readable;
  }

  override wake(head: Position): void {
    if (this.queries.size > 0) this.appended(head);
  }

  override mend(): Promise<void> {
    const detail =
      'the stored views of this customer are damaged: a server with the role project derives them again';
    return Promise.reject(new LedgerError('store-unavailable', detail));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  protected override waitedFor(): void {
    this.wakeSignal.wake();
  }

  private get isWaitedFor(): boolean {
    return this.timelines.isWaitedFor || this.tables.isWaitedFor;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        this.advance(await this.queries.positions(DEADLINE_MILLIS));
        this.readable = true;
      } catch {
        // Said by the readiness, and by every question that cannot be answered.
        this.readable = false;
      }
      await this.wakeSignal.wait(this.isWaitedFor ? WAITING_MILLIS : IDLE_MILLIS, this.stopping.signal);
    }
  }
}

import { LedgerError, type Position, START } from '#event-sourcing';
import type { EventIndex } from '#event-store';
import { Backoff } from '#threads';
import { AllFeed } from './all-feed.js';
import { type EventStoreDbConnection } from './connection.js';
import { pause } from './deadline.js';
import { unavailable } from './failures.js';
import type { LedgerEvent } from './ledger-event.js';

/** Events of one write to the index. */
const BATCH = 1_000;
/** How long a subscription that delivers nothing is left alone, ms; its connection is watched by the client. */
const IDLE = 60_000;

export interface FollowerEvents {
  readonly onEvent: (event: LedgerEvent) => void;
  /** The index holds everything up to here; `events` are those that it was given now. */
  readonly onIndexed: (upTo: Position, events: number) => void;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Fills the index from the store, from its checkpoint on and then live; subscribes again after whatever end. Events are told
 * as they come, and written while the next ones are taken.
 */
export class IndexFollower {
  private readonly stopping = new AbortController();
  /** Where the index will be when all that is taken is written. */
  private takenTo: Position = START;
  private taken: LedgerEvent[] = [];
  private written: Position = START;
  private writing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;
  private feed: AllFeed | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly connection: EventStoreDbConnection,
    private readonly index: EventIndex,
    private readonly events: FollowerEvents,
  ) {}

  /** Completes the index up to the end that the store has now, and goes on by itself from there. Throws StoreFault. */
  async start(storeId: string): Promise<void> {
    this.written = await this.index.begin(storeId);
    try {
      const feed = await this.subscribe();
      for (;;) {
        this.advance(feed);
        if (feed.caughtUp && this.written === feed.scannedTo) break;
        await this.more(feed);
      }
    } catch (error) {
      await this.feed?.close();
      throw error instanceof LedgerError ? error : unavailable('deliver events', error);
    }
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.feed?.close();
    await this.running;
    await this.writing;
  }

  private async run(): Promise<void> {
    const backoff = new Backoff(20, 1_000);
    while (!this.stopping.signal.aborted) {
      try {
        const feed = this.feed ?? (await this.subscribe());
        this.advance(feed);
        backoff.reset();
        await this.more(feed);
      } catch (error) {
        await this.feed?.close();
        this.feed = undefined;
        if (this.stopping.signal.aborted) return;
        this.connection.doubt();
        this.events.onTrouble(error);
        await pause(backoff.next(), this.stopping.signal);
      }
    }
  }

  /** Behind what is written: what was taken before and is not, is delivered again. */
  private async subscribe(): Promise<AllFeed> {
    await this.writing;
    await this.connection.checkIdentity();
    [this.taken, this.takenTo, this.failure] = [[], this.written, undefined];
    this.feed = await AllFeed.open(this.connection, this.written);
    return this.feed;
  }

  /** Takes what waits, and begins to write when nothing is being written. */
  private advance(feed: AllFeed): void {
    if (this.failure !== undefined) throw this.failure.error;
    for (let event = feed.take(); event !== undefined; event = feed.take()) {
      this.events.onEvent(event);
      if (this.taken.push(event) === BATCH) break;
    }
    this.takenTo = feed.scannedTo;
    if (this.writing === undefined && this.takenTo !== this.written) this.writing = this.write(feed);
  }

  private async more(feed: AllFeed): Promise<void> {
    if (this.taken.length >= BATCH) await this.writing;
    else await feed.more(IDLE);
  }

  /** The checkpoint is written with the events before it, so it never leads. */
  private async write(feed: AllFeed): Promise<void> {
    const [events, upTo] = [this.taken, this.takenTo];
    this.taken = [];
    try {
      await this.index.add(events.map(indexed), upTo);
      this.written = upTo;
      this.events.onIndexed(upTo, events.length);
    } catch (error) {
      this.failure = { error };
    } finally {
      this.writing = undefined;
      feed.nudge();
    }
  }
}

/** Without the bytes, which would be copied to the index's thread. */
function indexed({ eventId, contentHash, stream, revision, position, recordedAt }: LedgerEvent) {
  return { eventId, contentHash, stream, revision, position, recordedAt };
}

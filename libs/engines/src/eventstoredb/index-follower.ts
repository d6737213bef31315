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
  /** The index holds everything up to here; `events` are those that it was given now. */
  readonly onIndexed: (upTo: Position, events: number) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** Fills the index from the store, from its checkpoint on and then live; subscribes again after whatever end. */
export class IndexFollower {
  private readonly stopping = new AbortController();
  private checkpoint: Position = START;
  private feed: AllFeed | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly connection: EventStoreDbConnection,
    private readonly index: EventIndex,
    private readonly events: FollowerEvents,
  ) {}

  /** Completes the index up to the end that the store has now, and goes on by itself from there. Throws StoreFault. */
  async start(storeId: string): Promise<void> {
    this.checkpoint = await this.index.begin(storeId);
    try {
      this.feed = await AllFeed.open(this.connection, this.checkpoint);
      for (;;) {
        if (await this.step(this.feed)) continue;
        if (this.feed.caughtUp) break;
        await this.feed.more(this.connection.limits.attemptMillis);
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
  }

  private async run(): Promise<void> {
    const backoff = new Backoff(20, 1_000);
    while (!this.stopping.signal.aborted) {
      try {
        this.feed ??= await AllFeed.open(this.connection, this.checkpoint);
        if (!(await this.step(this.feed))) await this.feed.more(IDLE);
        backoff.reset();
      } catch (error) {
        await this.feed?.close();
        this.feed = undefined;
        if (this.stopping.signal.aborted) return;
        this.events.onTrouble(error);
        await pause(backoff.next(), this.stopping.signal);
      }
    }
  }

  /** The checkpoint is written with the events before it, so it never leads. False: there was nothing to write. */
  private async step(feed: AllFeed): Promise<boolean> {
    const batch: LedgerEvent[] = [];
    for (let event = feed.take(); event !== undefined; event = feed.take())
      if (batch.push(event) === BATCH) break;
    if (feed.scannedTo === this.checkpoint) return false;
    await this.index.add(batch.map(indexed), feed.scannedTo);
    this.checkpoint = feed.scannedTo;
    this.events.onIndexed(this.checkpoint, batch.length);
    return true;
  }
}

/** Without the bytes, which would be copied to the index's thread. */
function indexed({ eventId, contentHash, stream, revision, position, recordedAt }: LedgerEvent) {
  return { eventId, contentHash, stream, revision, position, recordedAt };
}

import { LedgerError, type Position, START } from '#event-sourcing';
import type { EventIndex } from '#event-store';
import { Backoff, WakeSignal } from '#threads';
import { AllFeed } from './all-feed.js';
import { type EventStoreDbConnection } from './connection.js';
import { pause } from './deadline.js';
import { unavailable } from './failures.js';
import type { LedgerEvent } from './ledger-event.js';

/** Events of one write to the index, at most. */
const BATCH = 1_000;
/** Between two writes to the index, ms, and nine times as long as the last one took: few large ones cost less than many small ones. */
const GATHER = 5;
const MOST_GATHER = 50;
/** Events of which it is remembered where they are, after they were written too. */
const REMEMBERED = 8_192;
/** How long a subscription may deliver nothing until the server is asked whether it is there, ms. */
const IDLE = 3_000;

/** Events of a stream that were appended together. */
export interface PositionsQuestion {
  readonly stream: string;
  /** Of the first of them. */
  readonly revision: number;
  readonly count: number;
  /** The position of the last of them. */
  readonly upTo: Position;
}

export interface FollowerEvents {
  readonly onSubscribed: () => void;
  /** The index holds everything up to here; `events` are those that it was given now. */
  readonly onIndexed: (upTo: Position, events: number) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** What is waited for: that events are delivered up to a position, or that they are in the index. */
type Progress = 'deliveredTo' | 'indexedTo';

/** Where an event is. */
type Place = Pick<LedgerEvent, 'stream' | 'revision' | 'position'>;

interface Waiting {
  readonly what: Progress;
  readonly upTo: Position;
  readonly resolve: () => void;
}

/** Fills the index from the store, from its checkpoint on and then live; subscribes again after whatever end. */
export class IndexFollower {
  private readonly stopping = new AbortController();
  private indexedTo: Position = START;
  /** When the next write is due, where there is something to write. */
  private dueAt = 0;
  /** What has been delivered and is not written yet, and up to where that reaches. */
  private delivered: LedgerEvent[] = [];
  /** The latest places that were delivered, in log order. */
  private places: Place[] = [];
  private deliveredTo: Position = START;
  private feed: AllFeed | undefined;
  private running: Promise<void> | undefined;
  private readonly signal = new WakeSignal();
  private readonly waiting = new Set<Waiting>();

  constructor(
    private readonly connection: EventStoreDbConnection,
    private readonly index: EventIndex,
    private readonly events: FollowerEvents,
  ) {}

  /** Completes the index up to the end that the store has now, and goes on by itself from there. Throws StoreFault. */
  async start(storeId: string): Promise<void> {
    this.indexedTo = await this.index.begin(storeId);
    const { limits, closed } = this.connection;
    const backoff = new Backoff(20, 1_000);
    let end = performance.now() + limits.callMillis;
    for (let before = this.indexedTo; ; before = this.indexedTo) {
      try {
        await this.complete();
        break;
      } catch (error) {
        await this.abandonFeed();
        if (error instanceof LedgerError) throw error;
        const wait = backoff.next();
        if (this.indexedTo !== before) end = performance.now() + limits.callMillis;
        if (performance.now() + wait > end) throw unavailable('deliver events', error);
        await pause(wait, closed);
      }
    }
    this.running = this.run();
  }

  /**
   * The positions of each of these events, which were appended together, so that they are side by side in the log. Waits for
   * them to be delivered; undefined where nothing is delivered for `patience` ms, and where they are not known.
   */
  async positionsOf(
    { stream, revision, count, upTo }: PositionsQuestion,
    patience: number,
  ): Promise<readonly Position[] | undefined> {
    if (!(await this.reaches('deliveredTo', upTo, patience))) return undefined;
    const end = this.places.findLastIndex(({ position }) => position === upTo) + 1;
    const places = this.places.slice(Math.max(0, end - count), end);
    const areTheirs = places.every((place, i) => place.stream === stream && place.revision === revision + i);
    return places.length === count && areTheirs ? places.map(({ position }) => position) : undefined;
  }

  /** Waits until the progress has come to a position. False: it has not moved for `patience` ms. */
  async reaches(what: Progress, upTo: Position, patience: number): Promise<boolean> {
    for (let before = this[what]; before < upTo; before = this[what]) {
      await this.moved(what, upTo, patience);
      if (this[what] === before) return false;
    }
    return true;
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
        const feed = this.feed ?? (await this.subscribe());
        if (!(await this.advance(feed))) await this.rest(feed);
        backoff.reset();
      } catch (error) {
        await this.abandonFeed();
        if (this.stopping.signal.aborted) return;
        this.connection.doubt();
        this.events.onTrouble(error);
        await pause(backoff.next(), this.stopping.signal);
      }
    }
  }

  /** Until there is something to do. */
  private async rest(feed: AllFeed): Promise<void> {
    const millis = this.millisToWait();
    // Many events share the next write: they are left alone until it is due, unless somebody waits for their positions.
    if (millis < IDLE && this.waiting.size === 0) await this.signal.wait(millis, this.stopping.signal);
    else if (!(await feed.more(millis)) && millis >= IDLE) await this.connection.probe();
  }

  /** Indexes up to the end that the store has now. */
  private async complete(): Promise<void> {
    const feed = await this.subscribe();
    for (;;) {
      if (await this.advance(feed)) continue;
      if (feed.caughtUp && this.indexedTo === this.deliveredTo) return;
      await feed.more(this.millisToWait());
    }
  }

  private async abandonFeed(): Promise<void> {
    await this.feed?.close();
    this.feed = undefined;
  }

  /** Behind what is indexed: what was delivered before and could not be written is delivered again. */
  private async subscribe(): Promise<AllFeed> {
    await this.connection.checkIdentity();
    this.delivered = [];
    this.places = [];
    this.deliveredTo = this.indexedTo;
    this.feed = await AllFeed.open(this.connection, this.indexedTo);
    this.events.onSubscribed();
    return this.feed;
  }

  /** Takes the events that wait, and writes what was taken when it is time to. False: it is not. */
  private async advance(feed: AllFeed): Promise<boolean> {
    const { delivered } = this;
    while (delivered.length < BATCH) {
      const event = feed.take();
      if (event === undefined) break;
      delivered.push(event);
      const { stream, revision, position } = event;
      this.places.push({ stream, revision, position });
    }
    this.deliveredTo = feed.scannedTo;
    this.tell('deliveredTo');
    if (delivered.length < BATCH && this.millisToWait() > 0) return false;
    await this.write();
    return true;
  }

  /** Until the next write is due. */
  private millisToWait(): number {
    if (this.deliveredTo === this.indexedTo) return IDLE;
    return Math.max(0, this.dueAt - performance.now());
  }

  private async write(): Promise<void> {
    const { delivered, deliveredTo } = this;
    const begun = performance.now();
    await this.index.add(delivered, deliveredTo);
    this.delivered = [];
    if (this.places.length > 2 * REMEMBERED) this.places = this.places.slice(-REMEMBERED);
    this.indexedTo = deliveredTo;
    const now = performance.now();
    this.dueAt = now + Math.min(MOST_GATHER, Math.max(GATHER, 9 * (now - begun)));
    this.tell('indexedTo');
    this.events.onIndexed(deliveredTo, delivered.length);
  }

  private tell(moved: Progress): void {
    for (const { what, upTo, resolve } of this.waiting) if (what === moved && upTo <= this[what]) resolve();
  }

  /** Resolves when the progress has come to a position, and after this time, ms. */
  private async moved(what: Progress, upTo: Position, millis: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let waiting: Waiting | undefined;
    await new Promise<void>((resolve) => {
      this.waiting.add((waiting = { what, upTo, resolve }));
      this.signal.wake();
      timer = setTimeout(resolve, millis);
    });
    clearTimeout(timer);
    this.waiting.delete(waiting!);
  }
}

import { StoreFault } from '#event-sourcing';
import { type SupervisedWorker, Transferring } from '#threads';
import type { FlushMethods } from './flush.worker.js';
import { Memtable } from './memtable.js';
import { RecentCounts } from './recent-counts.js';
import type { SegmentSet } from './segment-set.js';

/** Memtables in memory at most; beyond it an append waits. */
const MAX_MEMTABLES = 4;

/** How much of the index is kept in memory. */
export interface IndexBounds {
  /** Events whose entries are flushed together. */
  readonly memtableEvents: number;
  /** Streams whose number of events is remembered. */
  readonly recentStreams: number;
}

/** The last event added. */
export interface LastEvent {
  readonly position: number;
  /** Hexadecimal. */
  readonly id: string;
}

/**
 * What is written in the log but not yet in a segment: one memtable that grows, and one that is being flushed.
 * Bounded: `room` waits. Also keeps the last revisions of recently used streams.
 */
export class PendingIndex {
  readonly #recent: RecentCounts;
  #growing = new Memtable();
  #leaving = new Memtable();
  #leavingUpTo: LastEvent = { position: 0, id: '' };
  #last: LastEvent = { position: 0, id: '' };
  #flushing: Promise<unknown> | undefined;
  #failure: Error | undefined;

  constructor(
    private readonly segments: SegmentSet,
    private readonly flusher: SupervisedWorker<FlushMethods>,
    private readonly bounds: IndexBounds,
  ) {
    this.#recent = new RecentCounts(bounds.recentStreams);
  }

  /** Change it only right before a call of `added`. */
  get growing(): Memtable {
    return this.#growing;
  }

  /** Position of an id in memory; -1 when unknown. */
  position(ids: Uint32Array, at: number): number {
    const position = this.#growing.ids.get(ids, at);
    return position === -1 ? this.#leaving.ids.get(ids, at) : position;
  }

  /** Number of events of a stream as far as memory knows it; -1 when it does not. */
  count(streams: Uint32Array, at: number): number {
    let count = this.#recent.get(streams, at);
    if (count === -1) count = this.#growing.counts.get(streams, at);
    return count === -1 ? this.#leaving.counts.get(streams, at) : count;
  }

  /** Remembers a stream's number of events. */
  remember(streams: Uint32Array, at: number, count: number): void {
    this.#recent.set(streams, at, count);
  }

  /** Call this after the events of a commit have been added. */
  added(last: LastEvent): void {
    this.#last = last;
    if (this.#growing.size >= this.bounds.memtableEvents) this.#flush();
  }

  /** Waits until memory has room for `events` more. Throws StoreFault when the files cannot be written. */
  async room(events: number): Promise<void> {
    const most = MAX_MEMTABLES * this.bounds.memtableEvents;
    while (this.#growing.size > 0 && this.#growing.size + this.#leaving.size + events > most) {
      await this.#flushed();
    }
  }

  /** After a failure tries to write the files again. Throws StoreFault when they cannot be written. */
  async checkWritable(): Promise<void> {
    if (this.#failure !== undefined) await this.#flushed();
  }

  /** Flushes everything. */
  async drain(): Promise<void> {
    while (this.#leaving.size > 0 || this.#growing.size > 0) await this.#flushed();
  }

  async close(): Promise<void> {
    try {
      await this.drain();
    } finally {
      await this.flusher.stop();
      this.segments.close();
    }
  }

  async #flushed(): Promise<void> {
    this.#flush();
    await this.#flushing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Gives the growing memtable (or again the one that failed) to the flush thread, unless that has one. */
  #flush(): void {
    if (this.#flushing !== undefined) return;
    if (this.#leaving.size === 0) {
      [this.#growing, this.#leaving] = [this.#leaving, this.#growing];
      this.#leavingUpTo = this.#last;
    }
    this.#failure = undefined;
    this.#flushing = this.#write()
      .catch((error: unknown) => (this.#failure = error as Error))
      .finally(() => (this.#flushing = undefined));
  }

  async #write(): Promise<void> {
    const entries = this.#leaving.entries();
    const { position: to, id: eventId } = this.#leavingUpTo;
    const order = { from: this.segments.checkpoint, to, eventId, entries };
    const buffers = Object.values(entries).map(({ buffer }) => buffer as ArrayBuffer);
    await this.flusher.call('flush', new Transferring(order, buffers));
    this.segments.refresh();
    if (this.segments.checkpoint < to) throw unreadable(this.segments.folder);
    this.#leaving.clear();
  }
}

/** The segment cannot be read back: its entries stay in memory, to be written again. */
function unreadable(folder: string): StoreFault {
  return new StoreFault('store-failed', `the index in ${folder} cannot be read after it was written`, {
    folder,
  });
}

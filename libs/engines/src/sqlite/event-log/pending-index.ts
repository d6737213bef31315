import type { Worker } from 'node:worker_threads';
import { StoreFault } from '#event-sourcing';
import { faultOf } from './faults.js';
import type { FilingNews, FilingOrder } from './filing-messages.js';
import { Generation } from './generation.js';
import { RecentCounts } from './recent-counts.js';
import type { RunSet } from './run-set.js';
import { startThread } from './thread.js';

/** So many generations may be in memory; an append waits beyond. */
const MAX_GENERATIONS = 4;

/** How much of the index is kept in memory. */
export interface IndexBounds {
  /** Events whose entries go to the files together. */
  readonly generationEvents: number;
  /** Streams whose ends are remembered. */
  readonly recentStreams: number;
}

/** What was added last. */
export interface LastEvent {
  readonly position: number;
  /** Hexadecimal. */
  readonly id: string;
}

/**
 * What is written in the log but not yet in a run: one generation that grows, and one that the filing thread has.
 * Bounded: `room` waits. Also remembers the ends of the streams used last.
 */
export class PendingIndex {
  readonly #filing: Worker;
  readonly #recent: RecentCounts;
  #growing = new Generation();
  #leaving = new Generation();
  #leavingUpTo: LastEvent = { position: 0, id: '' };
  #last: LastEvent = { position: 0, id: '' };
  #underWay = false;
  #failure: StoreFault | undefined;
  #wake: () => void = () => undefined;

  constructor(
    private readonly runs: RunSet,
    storeId: string,
    private readonly bounds: IndexBounds,
  ) {
    this.#recent = new RecentCounts(bounds.recentStreams);
    this.#filing = startThread('./filing-thread.js', { folder: runs.folder, storeId });
    this.#filing.on('message', (news: FilingNews) => this.#heard(news));
  }

  /** To be changed only when `added` is called right afterwards. */
  get growing(): Generation {
    return this.#growing;
  }

  /** Position of an id in memory; -1 when it is not there. */
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

  /** Remembers the end of a stream. */
  remember(streams: Uint32Array, at: number, count: number): void {
    this.#recent.set(streams, at, count);
  }

  /** To be called when a commit's events have been added. */
  added(last: LastEvent): void {
    this.#last = last;
    if (this.#growing.size >= this.bounds.generationEvents) this.#file();
  }

  /** Waits until `events` more may be kept. Throws StoreFault when the files cannot be written. */
  async room(events: number): Promise<void> {
    const most = MAX_GENERATIONS * this.bounds.generationEvents;
    while (this.#growing.size > 0 && this.#growing.size + this.#leaving.size + events > most) {
      await this.#filed();
    }
  }

  /** Writes everything. */
  async drain(): Promise<void> {
    while (this.#leaving.size > 0 || this.#growing.size > 0) await this.#filed();
  }

  async close(): Promise<void> {
    try {
      await this.drain();
    } finally {
      await this.#filing.terminate();
    }
  }

  async #filed(): Promise<void> {
    this.#file();
    await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Gives the growing generation (or again that which failed) to the filing thread, unless that has one. */
  #file(): void {
    if (this.#underWay) return;
    if (this.#leaving.size === 0) {
      [this.#growing, this.#leaving] = [this.#leaving, this.#growing];
      this.#leavingUpTo = this.#last;
    }
    const entries = this.#leaving.entries();
    const { position: to, id: eventId } = this.#leavingUpTo;
    const order: FilingOrder = { from: this.runs.checkpoint, to, eventId, entries };
    this.#underWay = true;
    this.#failure = undefined;
    this.#filing.postMessage(order, [
      entries.ids.buffer,
      entries.streams.buffer,
      entries.types.buffer,
    ] as ArrayBuffer[]);
  }

  #heard(news: FilingNews): void {
    if (news.kind !== 'failed') this.runs.refresh();
    if (news.kind === 'merged') return;
    this.#underWay = false;
    if (news.kind === 'failed') this.#failure = faultOf(news.fault);
    else if (this.runs.checkpoint < this.#leavingUpTo.position) this.#failure = unreadable(this.runs.folder);
    else this.#leaving.clear();
    this.#wake();
  }
}

/** What was written cannot be read: it stays in memory, to be written again. */
function unreadable(folder: string): StoreFault {
  return new StoreFault('store-write-failed', `the index in ${folder} cannot be read after it was written`, {
    folder,
  });
}

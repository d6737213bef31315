import type { IndexFile } from './index-file.js';
import { Generation } from './generation.js';
import type { StreamTail } from './index-keys.js';

/** A generation goes to LevelDB when it has so many events … */
const FLUSH_EVENTS = 4096;
/** … and an append waits while so many are not yet there. */
const MAX_PENDING = 16_384;

/**
 * What is written in the log but not (or not yet) in LevelDB: one generation that grows, and one that is on its
 * way. Bounded: `room` waits. Also keeps the ends of the streams used last.
 */
export class PendingIndex {
  #growing = new Generation();
  #leaving = new Generation();
  #flush: Promise<void> | undefined;
  #leavingUpTo = { position: 0, id: '' };
  #failure: unknown;
  readonly #recent = new Map<string, StreamTail>();

  /** `lastEvent`: what was added last, its id hexadecimal. `recentStreams`: how many ends of streams to keep. */
  constructor(
    private readonly index: IndexFile,
    private readonly recentStreams: number,
    private readonly lastEvent: () => { position: number; id: string },
  ) {}

  get growing(): Generation {
    return this.#growing;
  }

  /** The generation that holds an id, if one does. */
  holderOf(id: string): Generation | undefined {
    if (this.#growing.find(id) !== -1) return this.#growing;
    return this.#leaving.find(id) === -1 ? undefined : this.#leaving;
  }

  /** The end of a stream, if memory knows it; to be changed in the growing generation only. */
  tail(stream: string): StreamTail | undefined {
    const growing = this.#growing.tail(stream);
    if (growing !== undefined) return growing;
    const leaving = this.#leaving.tail(stream);
    if (leaving !== undefined) return { count: leaving.count, positions: leaving.positions.slice() };
    return this.#recent.get(stream);
  }

  /** Waits until `events` more may be kept. Throws what the last flush met. */
  async room(events: number): Promise<void> {
    while (this.#growing.count > 0 && this.#growing.count + this.#leaving.count + events > MAX_PENDING) {
      await this.#flushOnce();
    }
  }

  flushWhenDue(): void {
    if (this.#growing.count >= FLUSH_EVENTS) this.flush();
  }

  /** Starts to write the growing generation (or that which failed), unless one is on its way. */
  flush(): void {
    if (this.#flush !== undefined) return;
    if (this.#leaving.count === 0) {
      if (this.#growing.count === 0) return;
      [this.#growing, this.#leaving] = [this.#leaving, this.#growing];
      this.#leavingUpTo = this.lastEvent();
    }
    this.#failure = undefined;
    const { position, id } = this.#leavingUpTo;
    this.#flush = this.index.write(this.#leaving, position, id).then(
      () => this.#flushed(),
      (error: unknown) => this.#failed(error),
    );
  }

  /** Writes everything. */
  async drain(): Promise<void> {
    while (this.#leaving.count > 0 || this.#growing.count > 0) await this.#flushOnce();
  }

  async #flushOnce(): Promise<void> {
    this.flush();
    await this.#flush;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #flushed(): void {
    this.#flush = undefined;
    for (const [stream, tail] of this.#leaving.tails) {
      if (this.#growing.tail(stream) === undefined) this.#remember(stream, tail);
    }
    this.#leaving.clear();
  }

  #failed(error: unknown): void {
    this.#flush = undefined;
    this.#failure = error;
  }

  #remember(stream: string, tail: StreamTail): void {
    this.#recent.delete(stream);
    this.#recent.set(stream, tail);
    if (this.#recent.size <= this.recentStreams) return;
    for (const oldest of this.#recent.keys()) {
      this.#recent.delete(oldest);
      break;
    }
  }
}

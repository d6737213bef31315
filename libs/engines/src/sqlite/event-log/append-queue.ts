import { Overloaded } from '#event-sourcing';
import { type AppendOutcome, type AppendRequest } from '#event-store';

/** A request that waits for its commit. */
export interface Waiting {
  readonly request: AppendRequest;
  readonly bytes: number;
  readonly resolve: (outcomes: readonly AppendOutcome[]) => void;
  readonly reject: (error: Error) => void;
}

export interface QueueBounds {
  /** Events and bytes that may wait or be under way. */
  readonly queueEvents: number;
  readonly queueBytes: number;
  /** Events and bytes of one commit; a larger request is a commit of its own. */
  readonly groupEvents: number;
  readonly groupBytes: number;
}

/** Append requests that wait for a commit, bounded. A request counts until it is answered. */
export class AppendQueue {
  #waiting: Waiting[] = [];
  #events = 0;
  #bytes = 0;
  /** Events answered a second, smoothed: from it follows when to retry. */
  #rate = 10_000;
  #answeredAt = performance.now();

  constructor(private readonly bounds: QueueBounds) {}

  /** Throws Overloaded when there is no room; an empty queue takes a request of any size. */
  add(waiting: Waiting): void {
    const { queueEvents, queueBytes } = this.bounds;
    const events = this.#events + waiting.request.events.length;
    const bytes = this.#bytes + waiting.bytes;
    if (this.#events > 0 && (events > queueEvents || bytes > queueBytes)) {
      const seconds = Math.min(60, Math.max(1, Math.ceil(this.#events / this.#rate)));
      throw new Overloaded(
        `${this.#events} events (${this.#bytes} bytes) are waiting to be written: retry in ${seconds} s`,
        seconds,
      );
    }
    this.#events = events;
    this.#bytes = bytes;
    this.#waiting.push(waiting);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether every request has been answered. */
  get isDone(): boolean {
    return this.#events === 0;
  }

  /** The requests of the next commit. */
  take(): readonly Waiting[] {
    let events = 0;
    let bytes = 0;
    let taken = 0;
    for (const waiting of this.#waiting) {
      events += waiting.request.events.length;
      bytes += waiting.bytes;
      if (taken > 0 && (events > this.bounds.groupEvents || bytes > this.bounds.groupBytes)) break;
      taken++;
    }
    return this.#waiting.splice(0, taken);
  }

  /** Call this when requests have been answered. */
  answered(waiting: readonly Waiting[]): void {
    let events = 0;
    for (const { request, bytes } of waiting) {
      events += request.events.length;
      this.#bytes -= bytes;
    }
    this.#events -= events;
    const now = performance.now();
    const rate = (events * 1000) / Math.max(1, now - this.#answeredAt);
    this.#answeredAt = now;
    this.#rate = Math.max(1, 0.9 * this.#rate + 0.1 * rate);
  }
}

import type { Clock } from '#event-sourcing';

/** The remaining quota of a key. */
export interface Allowance {
  /** Events of a window. */
  readonly quota: number;
  /** Events that may be sent now; 0 while the key has to wait. */
  readonly remaining: number;
  /** Seconds until the quota is full again. */
  readonly resetSeconds: number;
}

/** The length of the window, seconds. */
export const RATE_WINDOW = 10;
/** Keys that are remembered; the quota of the least recently used ones is full again anyway. */
const REMEMBERED = 10_000;

interface Bucket {
  events: number;
  at: number;
}

/** Counts the events of each key against a quota that fills up evenly (token bucket). */
export class KeyRates {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly eventsPerSecond: number,
    private readonly clock: Clock,
  ) {}

  /** What the key may send now. */
  allowance(key: string): Allowance {
    const { events } = this.filled(key);
    const quota = this.quota;
    const resetSeconds = Math.ceil((quota - events) / this.eventsPerSecond);
    return { quota, remaining: Math.max(0, Math.floor(events)), resetSeconds };
  }

  /** Seconds until the key may send again; 0 when it may now. */
  secondsToWait(key: string): number {
    const { events } = this.filled(key);
    return events >= 1 ? 0 : Math.ceil((1 - events) / this.eventsPerSecond);
  }

  /** Counts sent events, also beyond the quota, which makes the next ones wait longer. */
  spend(key: string, events: number): void {
    this.filled(key).events -= events;
  }

  private get quota(): number {
    return this.eventsPerSecond * RATE_WINDOW;
  }

  private filled(key: string): Bucket {
    const now = this.clock.now();
    const bucket = this.buckets.get(key) ?? { events: this.quota, at: now };
    bucket.events = Math.min(
      this.quota,
      bucket.events + (Math.max(0, now - bucket.at) / 1000) * this.eventsPerSecond,
    );
    bucket.at = now;
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    if (this.buckets.size > REMEMBERED) this.buckets.delete(this.buckets.keys().next().value!);
    return bucket;
  }
}

import { DAY } from '#scoring';

/** How long (ms) something counts as recent. */
export const RECENT = 30 * DAY;

/** Things that happened lately, each by its latest time: what would otherwise be searched for among all things of a person. */
export class Recent<T> implements Iterable<T> {
  /** Ascending in time, as facts are folded in business order. */
  private readonly times = new Map<T, number>();

  add(thing: T, at: number): void {
    this.times.delete(thing);
    this.times.set(thing, at);
    for (const [oldest, time] of this.times) {
      if (time >= at - RECENT) return;
      this.times.delete(oldest);
    }
  }

  delete(thing: T): void {
    this.times.delete(thing);
  }

  /** Also some that are older than `RECENT`: the reader compares times. */
  [Symbol.iterator](): Iterator<T> {
    return this.times.keys();
  }
}

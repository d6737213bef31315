/** A publication: in force from a business time on (ms; null: always) until the next one comes into force. */
export interface Publication<T> {
  readonly from: number | null;
  readonly id: string;
  readonly value: T;
}

/**
 * Which publication of one kind of policy is in force at which business time. A later recorded publication replaces all
 * earlier recorded ones from its `from` on, also those that would have come into force later.
 */
export class PolicyTimeline<T> {
  private readonly entries: Publication<T>[] = [];

  /** `publications` in recording order. */
  constructor(publications: readonly Publication<T>[]) {
    for (const publication of publications) {
      const from = publication.from ?? -Infinity;
      while (this.entries.length > 0 && (this.entries.at(-1)!.from ?? -Infinity) >= from) this.entries.pop();
      this.entries.push(publication);
    }
  }

  /** The publication in force at `at`; undefined before the first. */
  inForce(at: number): Publication<T> | undefined {
    return this.entries[this.begunBy(at) - 1];
  }

  /** When the next one after `at` comes into force. */
  nextAfter(at: number): number | undefined {
    return this.entries[this.begunBy(at)]?.from ?? undefined;
  }

  /** Those that are in force at some time, ascending. */
  all(): readonly Publication<T>[] {
    return this.entries;
  }

  /** How many have come into force by a time. */
  private begunBy(at: number): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.entries[middle]!.from ?? -Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

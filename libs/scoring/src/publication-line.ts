/** Something published: it holds from a business time on (ms; null means always) until the next one begins. */
export interface Publication<T> {
  readonly from: number | null;
  readonly id: string;
  readonly value: T;
}

/**
 * Which publication of one kind of policy is in force when. A publication replaces everything from its beginning on, earlier ones that
 * begin later included; recording order decides, so that the order of delivery of other events changes nothing.
 */
export class PublicationLine<T> {
  private readonly entries: Publication<T>[] = [];

  /** In recording order. */
  constructor(publications: readonly Publication<T>[]) {
    for (const publication of publications) {
      const from = publication.from ?? -Infinity;
      while (this.entries.length > 0 && (this.entries.at(-1)!.from ?? -Infinity) >= from) this.entries.pop();
      this.entries.push(publication);
    }
  }

  /** The last one that has begun at `at`, inclusive; undefined before the first. */
  inForce(at: number): Publication<T> | undefined {
    return this.entries[this.begunBy(at) - 1];
  }

  /** When the next one begins, after `at`. */
  nextAfter(at: number): number | undefined {
    return this.entries[this.begunBy(at)]?.from ?? undefined;
  }

  /** Those that hold at some time, in the order of their beginnings. */
  all(): readonly Publication<T>[] {
    return this.entries;
  }

  /** How many have begun at a time: their beginnings ascend. */
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

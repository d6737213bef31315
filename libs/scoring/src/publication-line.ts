/** Something published: it holds from a business time on (ms; null means always). */
export interface Publication<T> {
  readonly from: number | null;
  readonly id: string;
  readonly value: T;
}

/**
 * What holds when, of one kind of policy. A publication replaces everything from its beginning on, earlier ones that
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
    for (let i = this.entries.length - 1; i >= 0; i--) {
      if ((this.entries[i]!.from ?? -Infinity) <= at) return this.entries[i];
    }
    return undefined;
  }

  /** When the next one begins, after `at`. */
  nextAfter(at: number): number | undefined {
    return this.entries.find((entry) => entry.from !== null && entry.from > at)?.from ?? undefined;
  }

  /** Those that hold at some time, in the order of their beginnings. */
  all(): readonly Publication<T>[] {
    return this.entries;
  }
}

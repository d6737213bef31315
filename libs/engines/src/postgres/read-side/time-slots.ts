import type { TimeRange } from '#views';

/**
 * Ranges of time as `width_bucket` numbers them: slot n (from 1) lies between the n-th edge and the next. Between ranges
 * that do not touch there are slots that belong to none.
 */
export class TimeSlots {
  /** Ascending, ms. */
  readonly edges: readonly number[];
  private readonly ranges: ReadonlyMap<number, TimeRange>;

  constructor(ranges: readonly TimeRange[]) {
    this.edges = [...new Set(ranges.flatMap(({ from, to }) => [from, to]))];
    const slots = new Map(this.edges.map((edge, i) => [edge, i + 1]));
    this.ranges = new Map(ranges.map((range) => [slots.get(range.from)!, range]));
  }

  /** The bucket of each slot, in their order; null for slots that belong to none. */
  get buckets(): readonly (number | null)[] {
    return this.edges.map((_, i) => this.ranges.get(i + 1)?.bucket ?? null);
  }

  /** When the bucket of each slot ends, ms; 0 for slots that belong to none. */
  get bucketEnds(): readonly number[] {
    return this.edges.map((_, i) => this.ranges.get(i + 1)?.bucketEnd ?? 0);
  }
}

import type { TimeRange } from '../table.js';

/** Equal parts of the time axis, each with the first range that it can belong to. */
const PARTS = 4_096;

/** Finds the range that a time belongs to, in about constant time. */
export class RangeFinder {
  private readonly froms: Float64Array;
  private readonly tos: Float64Array;
  private readonly firstOf = new Uint32Array(PARTS + 1);
  private readonly begin: number;
  private readonly end: number;
  private readonly partsAMilli: number;

  /** Ranges ascend and do not overlap. */
  constructor(ranges: readonly TimeRange[]) {
    this.froms = Float64Array.from(ranges, ({ from }) => from);
    this.tos = Float64Array.from(ranges, ({ to }) => to);
    this.begin = this.froms[0] ?? 0;
    this.end = this.tos.at(-1) ?? 0;
    const width = this.end - this.begin;
    this.partsAMilli = width > 0 ? PARTS / width : 0;
    for (let part = 0, range = 0; part <= PARTS; part++) {
      while (range < ranges.length && this.partOf(this.tos[range]!) < part) range += 1;
      this.firstOf[part] = range;
    }
  }

  /** The number of the range; -1: none, as for NaN. */
  of(time: number): number {
    if (!(time >= this.begin && time < this.end)) return -1;
    let range = this.firstOf[this.partOf(time)]!;
    while (this.tos[range]! <= time) range += 1;
    return this.froms[range]! <= time ? range : -1;
  }

  private partOf(time: number): number {
    return Math.floor((time - this.begin) * this.partsAMilli);
  }
}

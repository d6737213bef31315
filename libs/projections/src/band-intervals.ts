/** A time of silence in one band: from `from` (ms, inclusive) to `to` (exclusive; null: it is the last one). */
export interface BandInterval<Band> {
  readonly band: Band;
  readonly from: number;
  readonly to: number | null;
}

/** The bands that silence takes a customer through from a time on. */
export function bandIntervals<Band>(
  from: number,
  bandAt: (at: number) => Band,
  nextAt: (at: number) => number | null,
): readonly BandInterval<Band>[] {
  const intervals: BandInterval<Band>[] = [];
  for (let at: number | null = from; at !== null;) {
    const to = nextAt(at);
    intervals.push({ band: bandAt(at), from: at, to });
    at = to;
  }
  return intervals;
}

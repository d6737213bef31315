import { twoSidedTail } from './normal-tail.js';
import { type Pairs, type RankCorrelation, rankCorrelation } from './rank-correlation.js';

/** A measure’s values bucket by bucket; null where it rests on too few cases. */
export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** How one measure moved with another some buckets later. */
export interface LaggedCorrelation extends RankCorrelation {
  readonly leading: string;
  readonly lagging: string;
  /** Buckets by which the leading one is earlier. */
  readonly lag: number;
  /** The same of the same bucket; null where that cannot be said. */
  readonly sameTime: number | null;
  /** Whether chance alone would give a correlation this strong, among this many comparisons, in less than one case of twenty. */
  readonly isClear: boolean;
}

export interface LaggedCorrelations {
  /** One for each pair of measures, by its best lag; the clear ones first, then the largest. */
  readonly found: readonly LaggedCorrelation[];
  /** Correlations worked out: pairs times lags. The more there are, the more of them are large by chance. */
  readonly comparisons: number;
  /** Pairs of measures with too few buckets in common, or that hardly vary. */
  readonly tooFew: number;
}

/** Buckets that two measures must have in common: below, the rank correlation of unrelated series is large too often. */
const BUCKETS_IN_COMMON = 10;
/** Of them those that must differ from the most frequent value of each measure. */
const BUCKETS_THAT_DIFFER = 5;

/**
 * Which leading measures moved ahead of which lagging ones: rank correlations of the one with the other 1 to `lags` buckets
 * later. Of each pair the lag with the strongest evidence is shown; that it was chosen, and that many pairs were tried, is
 * accounted for by Bonferroni’s correction over all comparisons.
 */
export function laggedCorrelations(
  leading: readonly Series[],
  lagging: readonly Series[],
  lags: number,
): LaggedCorrelations {
  const best: Omit<LaggedCorrelation, 'isClear'>[] = [];
  let [comparisons, tooFew] = [0, 0];
  for (const first of leading) {
    for (const second of lagging) {
      const tried = lagsOf(lags).flatMap((lag) => {
        const found = correlationAt(first, second, lag);
        return found === null ? [] : [{ ...found, leading: first.name, lagging: second.name, lag }];
      });
      comparisons += tried.length;
      if (tried.length === 0) tooFew += 1;
      else {
        const strongest = tried.reduce((a, b) => (Math.abs(b.z) > Math.abs(a.z) ? b : a));
        best.push({ ...strongest, sameTime: correlationAt(first, second, 0)?.rho ?? null });
      }
    }
  }
  const found = best
    .map((one) => ({ ...one, isClear: comparisons * twoSidedTail(one.z) < 0.05 }))
    .sort((a, b) => Number(b.isClear) - Number(a.isClear) || Math.abs(b.z) - Math.abs(a.z));
  return { found, comparisons, tooFew };
}

/** How much each value differs from the one before: what two series have in common by a trend alone is gone then. */
export function changesOf({ name, values }: Series): Series {
  const differences = values.slice(1).map((value, i) => {
    const before = values[i]!;
    return value === null || before === null ? null : value - before;
  });
  return { name, values: differences };
}

function lagsOf(lags: number): readonly number[] {
  return Array.from({ length: lags }, (_, i) => i + 1);
}

function correlationAt(first: Series, second: Series, lag: number): RankCorrelation | null {
  const pairs: [number, number][] = [];
  for (const [i, x] of first.values.entries()) {
    const y = second.values[i + lag] ?? null;
    if (x !== null && y !== null) pairs.push([x, y]);
  }
  const isEnough = pairs.length >= BUCKETS_IN_COMMON && varies(pairs, 0) && varies(pairs, 1);
  return isEnough ? rankCorrelation(pairs) : null;
}

/** Whether enough buckets differ from the most frequent value: where something happened twice in a year they do not. */
function varies(pairs: Pairs, side: 0 | 1): boolean {
  const times = new Map<number, number>();
  for (const pair of pairs) times.set(pair[side], (times.get(pair[side]) ?? 0) + 1);
  return pairs.length - Math.max(...times.values()) >= BUCKETS_THAT_DIFFER;
}

import { Z95 } from '#scoring';

/** What two values of the same thing are: the first of one series, the second of another. */
export type Pairs = readonly (readonly [x: number, y: number])[];

/** The ranks of values, from 1; equal values share the mean of their ranks. */
export function ranksOf(values: readonly number[]): readonly number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let from = 0, to; from < order.length; from = to) {
    to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
  }
  return ranks;
}

/** Pearson’s correlation, −1 to 1; null where one of both does not vary, or there are fewer than two pairs. */
function correlation(xs: readonly number[], ys: readonly number[]): number | null {
  const n = xs.length;
  if (n < 2) return null;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [i, x] of xs.entries()) {
    const [dx, dy] = [x - meanX, ys[i]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

/** A rank correlation of two series, with what it rests on. */
export interface RankCorrelation {
  /** Spearman’s: Pearson’s correlation of the ranks. */
  readonly rho: number;
  /** Pairs. */
  readonly n: number;
  /**
   * Independent pairs that say as much: neighbours in time are like each other, so that pairs tell less than they seem to.
   * n (1 − ab) ÷ (1 + ab), where a and b are the correlations of each series with itself one step later (Bartlett 1935);
   * never more than n.
   */
  readonly independent: number;
  /** How many standard errors it lies from none, on Fisher’s scale. */
  readonly z: number;
  /** Of 95 %. */
  readonly interval: { readonly low: number; readonly high: number };
}

/** Fewer independent pairs than this are no basis for an interval. */
const INDEPENDENT_AT_LEAST = 5;

/**
 * Spearman’s rank correlation of pairs in the order of time; null where there is none to be had: too few independent pairs,
 * or a series that does not vary. The interval is Fisher’s, with the standard error √((1 + ρ²/2) ÷ (n − 3)) for ranks
 * (Bonett & Wright 2000, Psychometrika 65).
 */
export function rankCorrelation(pairs: Pairs): RankCorrelation | null {
  const n = pairs.length;
  const [xs, ys] = [ranksOf(pairs.map(([x]) => x)), ranksOf(pairs.map(([, y]) => y))];
  const rho = correlation(xs, ys);
  if (rho === null) return null;
  const alike = (ownCorrelation(xs) ?? 0) * (ownCorrelation(ys) ?? 0);
  const independent = Math.min(n, (n * (1 - alike)) / (1 + alike));
  if (independent < INDEPENDENT_AT_LEAST) return null;
  // Complete agreement says no more than the next best order of as many would: an interval without width would be wrong.
  const next = 1 - 12 / (n * (n * n - 1));
  const bounded = Math.max(-next, Math.min(next, rho));
  const error = Math.sqrt((1 + (bounded * bounded) / 2) / (independent - 3));
  const middle = fisher(bounded);
  return {
    ...{ rho, n, independent, z: middle / error },
    interval: { low: unfisher(middle - Z95 * error), high: unfisher(middle + Z95 * error) },
  };
}

/** Of a series with itself one step later. */
function ownCorrelation(values: readonly number[]): number | null {
  return correlation(values.slice(0, -1), values.slice(1));
}

function fisher(rho: number): number {
  return Math.log((1 + rho) / (1 - rho)) / 2;
}

function unfisher(value: number): number {
  const squared = Math.exp(2 * value);
  return (squared - 1) / (squared + 1);
}

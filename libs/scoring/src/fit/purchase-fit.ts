import type { PurchaseParameters } from '../model.js';
import type { PurchaseHistory } from '../purchase-history.js';
import { digamma, lnGamma, logAddExp } from '../special-functions.js';
import { minimise, type Slope } from './minimise.js';

/** Which model of purchases: MBG/NBD, or its better-known sibling BG/NBD as a cross-check. */
export type PurchaseModel = 'mbg' | 'bg';

/** Parameters found by maximum likelihood. */
export interface PurchaseFit {
  readonly parameters: PurchaseParameters;
  readonly logLikelihood: number;
  /** Customers. */
  readonly n: number;
  /** Customers with a repeat purchase: under `REPEAT_BUYERS_AT_LEAST` of them a fit says little. */
  readonly repeatBuyers: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** With fewer repeat buyers than this keep the parameters that there were. */
export const REPEAT_BUYERS_AT_LEAST = 200;

/**
 * Parameters beyond e to this power say that customers are all alike (or all different): the likelihood rises for ever,
 * and the fit is not called converged.
 */
const FARTHEST = 10;

/** Where the search begins: r, α in units of the mean observation time, a, b. */
const START = [1, 0.2, 1, 2];

/**
 * The parameters under which the histories are most likely, by BFGS with the analytic gradient over distinct
 * histories; parameters are searched as logarithms. Throws a RangeError without a single customer who was observed for
 * any time, or where a history is not finite.
 */
export function fitPurchases(histories: readonly PurchaseHistory[], model: PurchaseModel): PurchaseFit {
  const patterns = distinct(histories);
  const n = histories.length;
  const observed = histories.reduce((sum, { T }) => sum + T, 0) / n;
  if (!(observed > 0 && Number.isFinite(observed)))
    throw new RangeError('A purchase model is fitted to customers observed for some time, in finite weeks');
  const start = [START[0]!, START[1]! * observed, START[2]!, START[3]!].map(Math.log);
  const found = minimise((point) => meanSlope(patterns, n, point, model), start);
  return {
    parameters: parametersAt(found.point),
    logLikelihood: -found.value * n,
    n,
    repeatBuyers: histories.filter(({ x }) => x > 0).length,
    iterations: found.iterations,
    converged: found.converged && found.point.every((logarithm) => Math.abs(logarithm) < FARTHEST),
  };
}

/** Histories that are alike, counted, those of one x together. */
interface Pattern extends PurchaseHistory {
  count: number;
}

type Patterns = readonly {
  readonly x: number;
  readonly count: number;
  readonly patterns: readonly Pattern[];
}[];

function distinct(histories: readonly PurchaseHistory[]): Patterns {
  const byX = new Map<number, Map<string, Pattern>>();
  for (const { x, tx, T } of histories) {
    const same = byX.get(x) ?? new Map<string, Pattern>();
    byX.set(x, same);
    const pattern = same.get(`${tx} ${T}`);
    if (pattern === undefined) same.set(`${tx} ${T}`, { x, tx, T, count: 1 });
    else pattern.count += 1;
  }
  return [...byX].map(([x, same]) => {
    const patterns = [...same.values()];
    return { x, count: patterns.reduce((sum, { count }) => sum + count, 0), patterns };
  });
}

function parametersAt(point: readonly number[]): PurchaseParameters {
  const [r, alpha, a, b] = point.map(Math.exp);
  return { r: r!, alpha: alpha!, a: a!, b: b! };
}

/** The negative log-likelihood a customer, with its gradient by the logarithms of r, α, a and b. */
function meanSlope(patterns: Patterns, n: number, point: readonly number[], model: PurchaseModel): Slope {
  const parameters = parametersAt(point);
  const { r, alpha, a, b } = parameters;
  let value = 0;
  const by = { r: 0, alpha: 0, a: 0, b: 0 };
  for (const { x, count, patterns: same } of patterns) {
    const common = partOfX(parameters, x, model);
    value += count * common.value;
    by.r += count * common.byR;
    by.a += count * common.byA;
    by.b += count * common.byB;
    for (const pattern of same) {
      const { T, tx } = pattern;
      const [untilNow, untilLast] = [Math.log(alpha + T), Math.log(alpha + tx)];
      const [alive, gone] = [-(r + x) * untilNow, common.gone - (r + x) * untilLast];
      const either = logAddExp(alive, gone);
      const goneShare = gone === -Infinity ? 0 : Math.exp(gone - either);
      const aliveShare = 1 - goneShare;
      value += pattern.count * either;
      by.r -= pattern.count * (aliveShare * untilNow + goneShare * untilLast);
      by.alpha -= pattern.count * (r + x) * (aliveShare / (alpha + T) + goneShare / (alpha + tx));
      by.a += (pattern.count * goneShare) / a;
      if (goneShare > 0) by.b -= (pattern.count * goneShare) / common.kept;
    }
  }
  by.alpha += (n * r) / alpha;
  return {
    value: -value / n,
    gradient: [by.r * r, by.alpha * alpha, by.a * a, by.b * b].map((slope) => -slope / n),
  };
}

/** What of a customer's log-likelihood depends on x alone; `gone`: what A4 begins with; `kept`: the b that it divides by. */
function partOfX({ r, alpha, a, b }: PurchaseParameters, x: number, model: PurchaseModel) {
  // MBG lets a customer drop out after the first purchase too: one chance more.
  const chances = model === 'mbg' ? x + 1 : x;
  const kept = b + chances - 1;
  const rate = lnGamma(r + x) - lnGamma(r) + r * Math.log(alpha);
  const dropout = lnGamma(a + b) + lnGamma(b + chances) - lnGamma(b) - lnGamma(a + b + chances);
  const both = digamma(a + b) - digamma(a + b + chances);
  return {
    value: rate + dropout,
    gone: chances === 0 ? -Infinity : Math.log(a) - Math.log(kept),
    kept,
    byR: digamma(r + x) - digamma(r) + Math.log(alpha),
    byA: both,
    byB: both + digamma(b + chances) - digamma(b),
  };
}

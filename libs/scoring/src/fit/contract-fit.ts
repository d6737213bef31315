import type { ContractParameters } from '../model.js';
import { digamma, lnGamma } from '../special-functions.js';
import { minimise } from './minimise.js';

/** What was seen of contracts, by year of the contract from 1 on; index 0 is year 1. */
export interface ContractYears {
  /** Contracts cancelled in that year. */
  readonly cancelled: readonly number[];
  /** Contracts that were last seen running in that year, not yet at its end. */
  readonly running: readonly number[];
}

/** Parameters found by maximum likelihood. */
export interface ContractFit {
  readonly parameters: ContractParameters;
  readonly logLikelihood: number;
  /** Contracts. */
  readonly n: number;
  /** Contracts that were cancelled. */
  readonly cancelled: number;
  readonly converged: boolean;
}

/** Adds up contracts, each by the year (1, 2, …) in which it was cancelled or last seen running. */
export function contractYearsOf(
  contracts: Iterable<{ readonly year: number; readonly cancelled: boolean }>,
): ContractYears {
  const years = { cancelled: [] as number[], running: [] as number[] };
  for (const { year, cancelled } of contracts) {
    for (const counts of [years.cancelled, years.running]) while (counts.length < year) counts.push(0);
    years[cancelled ? 'cancelled' : 'running'][year - 1]! += 1;
  }
  return years;
}

/**
 * sBG by maximum likelihood (Fader & Hardie 2007): cancelled in year t with probability B(α+1, β+t−1)/B(α, β), still
 * running at the end of year t with B(α, β+t)/B(α, β); who is seen running in year t has survived t − 1 years. Throws a
 * RangeError where no contract was cancelled or none survived a year: any steep or flat curve would do.
 */
export function fitContracts({ cancelled, running }: ContractYears): ContractFit {
  const gone = cancelled.reduce((sum, count) => sum + count, 0);
  const n = gone + running.reduce((sum, count) => sum + count, 0);
  const survivedAYear = n - (cancelled[0] ?? 0) - (running[0] ?? 0);
  if (gone === 0 || survivedAYear === 0)
    throw new RangeError(
      'A contract model is fitted to contracts some of which were cancelled and some survived a year',
    );
  const found = minimise(
    (point) => {
      const [alpha, beta] = [Math.exp(point[0]!), Math.exp(point[1]!)];
      let [value, byAlpha, byBeta] = [0, 0, 0];
      const add = (count: number, up: number, years: number) => {
        if (count === 0) return;
        value += count * (lnBeta(alpha + up, beta + years) - lnBeta(alpha, beta));
        const both = digamma(alpha + beta) - digamma(alpha + up + beta + years);
        byAlpha += count * (both + digamma(alpha + up) - digamma(alpha));
        byBeta += count * (both + digamma(beta + years) - digamma(beta));
      };
      cancelled.forEach((count, i) => add(count, 1, i));
      running.forEach((count, i) => add(count, 0, i));
      return { value: -value / n, gradient: [(-byAlpha * alpha) / n, (-byBeta * beta) / n] };
    },
    [0, 0],
  );
  const [alpha, beta] = found.point.map(Math.exp);
  return {
    parameters: { alpha: alpha!, beta: beta! },
    logLikelihood: -found.value * n,
    n,
    cancelled: gone,
    converged: found.converged,
  };
}

function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}

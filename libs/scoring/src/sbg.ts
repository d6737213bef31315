import { DAY } from './duration.js';
import type { ContractParameters } from './model.js';

/*
 * Shifted beta-geometric: Fader & Hardie (2007), How to project customer retention. Each contract has its own
 * constant chance to be cancelled in a year, so those that are left are more and more the loyal ones.
 */

/** P(T = t): the share of contracts cancelled in year t = 1, 2, … */
export function sbgCancelledIn({ alpha, beta }: ContractParameters, t: number): number {
  let p = alpha / (alpha + beta);
  for (let year = 2; year <= t; year++) p *= (beta + year - 2) / (alpha + beta + year - 1);
  return p;
}

/** The chance that a contract which has survived until year t is cancelled in it. */
export function sbgHazard({ alpha, beta }: ContractParameters, t: number): number {
  return alpha / (alpha + beta + t - 1);
}

/** risk_H: the chance of cancelling within H weeks, as 1 − (1 − p)^(H / 52), p being the current year's. */
export function sbgRisk(parameters: ContractParameters, year: number, H: number): number {
  return -Math.expm1((H / 52) * Math.log1p(-sbgHazard(parameters, year)));
}

/** The year of a contract, from 1; it changes at the anniversary by the calendar, in UTC. */
export function contractYear(
  startedAt: number,
  asOf: number,
  anniversary = anniversaries(startedAt),
): number {
  let years = Math.max(0, Math.round((asOf - startedAt) / MEAN_YEAR));
  // The nearest anniversary may be before or after `asOf`.
  while (years > 0 && asOf < anniversary(years)) years--;
  return years + 1;
}

/** Mean year of the Gregorian calendar, ms. */
const MEAN_YEAR = 365.2425 * DAY;

/** `contractYear` of one contract as a function of time: cheap for times in the same year as before, or the next. */
export function contractYears(startedAt: number): (asOf: number) => number {
  const anniversary = anniversaries(startedAt);
  let [year, from, until] = [1, -Infinity, anniversary(1)];
  return (asOf) => {
    if (asOf >= until) [year, from, until] = [year + 1, until, anniversary(year + 1)];
    if (asOf >= from && asOf < until) return year;
    year = contractYear(startedAt, asOf, anniversary);
    from = year === 1 ? -Infinity : anniversary(year - 1);
    until = anniversary(year);
    return year;
  };
}

/** The first anniversary after a time, ms: where the contractual risk steps. */
export function contractAnniversary(startedAt: number, at: number): number {
  const anniversary = anniversaries(startedAt);
  const year = contractYear(startedAt, at, anniversary);
  return anniversary(year);
}

/** The anniversaries after `from`, up to `until`. */
export function contractAnniversaries(startedAt: number, from: number, until: number): number[] {
  const found: number[] = [];
  const anniversary = anniversaries(startedAt);
  for (let years = contractYear(startedAt, from, anniversary); ; years++) {
    const at = anniversary(years);
    if (at > until) return found;
    if (at > from) found.push(at);
  }
}

/** The n-th anniversary, ms. Of a contract started on 29 February it is 1 March in years without that day. */
function anniversaries(startedAt: number): (years: number) => number {
  const date = new Date(startedAt);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const timeOfDay = startedAt - Date.UTC(year, month, day);
  // Date.UTC reads years below 100 as 19xx: contracts of that age do not occur.
  return (years) => Date.UTC(year + years, month, day) + timeOfDay;
}

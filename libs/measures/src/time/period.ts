import { InvalidInput, parseTime } from '#event-sourcing';
import { DAY, instantOf, wallTimeOf } from '#scoring';
import { monthsAfter, nextEdge, type Span } from './buckets.js';

/** Which period is asked about, as it comes from outside. */
export interface PeriodQuestion {
  /** RFC 3339, or a local date. Default: 30 days before `to`. */
  readonly from?: string;
  /** Exclusive; RFC 3339, or a local date. Default: the end of the local day of `asOf`. */
  readonly to?: string;
  /** IANA name; default UTC. */
  readonly tz?: string;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** The period asked about. Throws `invalid-question`. */
export function periodOf({ from, to, tz = 'UTC' }: PeriodQuestion, asOf: number): Span {
  const end = to === undefined ? nextEdge(asOf, 'day', tz) : timeOf('to', to, tz);
  const begin = from === undefined ? shifted(end, tz, -30 * DAY) : timeOf('from', from, tz);
  if (begin >= end) throw invalid('from', 'must be before `to`');
  return writable(from === undefined ? 'to' : 'from', { from: begin, to: end });
}

/** The period that another is compared with: `previous`, `year` (a year before) or `FROM..TO`. Throws `invalid-question`. */
export function comparedPeriod(compare: string, period: Span, zone: string): Span {
  return writable('compare', periodBefore(compare, period, zone));
}

function periodBefore(compare: string, { from, to }: Span, zone: string): Span {
  const [begin, end] = [wallTimeOf(zone, from), wallTimeOf(zone, to)];
  if (compare === 'year') return spanOf(monthsAfter(begin, -12), monthsAfter(end, -12), zone);
  if (compare === 'previous') {
    const months = wholeMonths(begin, end);
    const before = months === undefined ? begin - (end - begin) : monthsAfter(begin, -months);
    return { from: instantOf(zone, before), to: from };
  }
  const [first, last, ...more] = compare.split('..');
  if (last === undefined || more.length > 0) throw invalid('compare', 'must be previous, year or FROM..TO');
  const span = { from: timeOf('compare', first!, zone), to: timeOf('compare', last, zone) };
  if (span.from >= span.to) throw invalid('compare', 'must begin before it ends');
  return span;
}

/** How many calendar months lie between two local times, where both begin one; else undefined. */
function wholeMonths(begin: number, end: number): number | undefined {
  const isFirst = (wall: number) => wall % DAY === 0 && new Date(wall).getUTCDate() === 1;
  if (!isFirst(begin) || !isFirst(end)) return undefined;
  const [a, b] = [new Date(begin), new Date(end)];
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
}

/** Throws where a zone, a day or a month led out of the years that RFC 3339 can write and `parseTime` reads. */
function writable(field: string, span: Span): Span {
  if ([span.from, span.to].every((at) => parseTime(new Date(at).toISOString()) !== undefined)) return span;
  throw invalid(field, 'must keep the whole period within the years 100 to 9999, in UTC');
}

function spanOf(begin: number, end: number, zone: string): Span {
  return { from: instantOf(zone, begin), to: instantOf(zone, end) };
}

function shifted(at: number, zone: string, millis: number): number {
  return instantOf(zone, wallTimeOf(zone, at) + millis);
}

/** A time, or the beginning of a local date. Throws `invalid-question`. */
function timeOf(field: string, text: string, zone: string): number {
  const time = parseTime(text);
  if (time !== undefined) return time;
  const [, year, month, day] = DATE.exec(text) ?? [];
  const wall = year === undefined ? undefined : parseTime(`${year}-${month}-${day}T00:00:00Z`);
  if (wall !== undefined) return instantOf(zone, wall);
  throw invalid(field, 'must be a date like 2026-01-31 or an RFC 3339 time with its offset');
}

function invalid(field: string, detail: string): InvalidInput {
  return new InvalidInput('invalid-question', `${field}: ${detail}`, [{ pointer: `/${field}`, detail }]);
}

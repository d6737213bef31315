import { InvalidInput } from '#event-sourcing';
import { type BusinessTime, DAY, HOUR, instantOf, wallTimeOf } from '#scoring';
import type { TimeRange } from '#views';
import { rangesOf, type Span } from './buckets.js';

/** More ranges of time than this are refused. */
const RANGES_AT_MOST = 2_000;

const HOURS = /^([01]?\d|2[0-4])-([01]?\d|2[0-4])$/;

/**
 * The parts of buckets within hours of the day in a zone (`9-17`; `22-6` runs over midnight), or within the company's
 * business hours. Throws `invalid-question`.
 */
export function rangesWithin(
  buckets: readonly Span[],
  hours: string | undefined,
  zone: string,
  time: BusinessTime,
): readonly TimeRange[] {
  if (hours === undefined) return rangesOf(buckets);
  const whole = { from: buckets[0]!.from, to: buckets.at(-1)!.to };
  const spans = hours === 'business' ? openSpans(whole, time) : dailySpans(whole, hours, zone);
  const ranges: TimeRange[] = [];
  let next = 0;
  for (const [bucket, { from, to }] of buckets.entries()) {
    while (next > 0 && spans[next - 1]!.to > from) next -= 1;
    for (; next < spans.length && spans[next]!.from < to; next++) {
      const span = spans[next]!;
      if (span.to <= from) continue;
      ranges.push({ bucket, from: Math.max(from, span.from), to: Math.min(to, span.to), bucketEnd: to });
    }
  }
  if (ranges.length > RANGES_AT_MOST) throw tooMany();
  return ranges;
}

function dailySpans({ from, to }: Span, hours: string, zone: string): readonly Span[] {
  const [, first, last] = HOURS.exec(hours) ?? [];
  if (first === undefined || first === last)
    throw new InvalidInput('invalid-question', `hours: ${hours} is no range of hours`, [
      { pointer: '/hours', detail: 'must be business, or hours of the day like 9-17' },
    ]);
  const [begin, end] = [Number(first) * HOUR, Number(last) * HOUR];
  const spans: Span[] = [];
  const day = Math.floor(wallTimeOf(zone, from) / DAY) - 1;
  for (let wall = day * DAY; ; wall += DAY) {
    const span = {
      from: instantOf(zone, wall + begin),
      to: instantOf(zone, wall + end + (end > begin ? 0 : DAY)),
    };
    if (span.from >= to) return spans;
    if (spans.length > RANGES_AT_MOST) throw tooMany();
    if (span.to > from && span.to > span.from) spans.push(span);
  }
}

/** When the company is open within a span, by the business hours in force. */
function openSpans({ from, to }: Span, time: BusinessTime): readonly Span[] {
  const spans: Span[] = [];
  for (let at = from; at < to;) {
    const opened = time.afterOpen(at, 1);
    if (opened === null || opened - 1 >= to) return spans;
    if (spans.length > RANGES_AT_MOST) throw tooMany();
    const begin = opened - 1;
    at = closedFrom(begin, to, time);
    spans.push({ from: begin, to: at });
  }
  return spans;
}

/** The first instant after one that is open at which the company is closed, at most `end`. */
function closedFrom(begin: number, end: number, time: BusinessTime): number {
  const isOpenUntil = (at: number) => time.openBetween(begin, at) === at - begin;
  if (isOpenUntil(end)) return end;
  let [low, width] = [begin + 1, HOUR];
  while (low + width < end && isOpenUntil(low + width)) [low, width] = [low + width, width * 2];
  let high = Math.min(end, low + width);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isOpenUntil(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function tooMany(): InvalidInput {
  const message = `hours: the period has more than ${RANGES_AT_MOST} ranges of hours`;
  return new InvalidInput('invalid-question', message, [
    { pointer: '/hours', detail: 'must be asked for a shorter period' },
  ]);
}

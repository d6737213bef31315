import { InvalidInput } from '#event-sourcing';
import { DAY, HOUR, instantOf, wallTimeOf, WEEK } from '#scoring';
import type { TimeRange } from '#views';

export const BUCKETS = ['hour', 'day', 'week', 'month'] as const;

/** The length of a bucket by the calendar of a zone; weeks begin on Monday. */
export type Bucket = (typeof BUCKETS)[number];

/** A span of time, ms: from inclusive, to exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** More buckets than this are refused: a month of hours, a year of days and some. */
const BUCKETS_AT_MOST = 1_000;

/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4 * DAY;

/** The buckets of a period, the first and the last cut to it; without a bucket the period is one. Throws `invalid-question`. */
export function bucketsOf({ from, to }: Span, bucket: Bucket | undefined, zone: string): readonly Span[] {
  if (bucket === undefined) return [{ from, to }];
  const buckets: Span[] = [];
  for (let at = from; at < to;) {
    if (buckets.length === BUCKETS_AT_MOST) throw tooManyBuckets();
    const end = Math.min(to, nextEdge(at, bucket, zone));
    buckets.push({ from: at, to: end });
    at = end;
  }
  return buckets;
}

/** Each bucket as one range of time. */
export function rangesOf(buckets: readonly Span[]): readonly TimeRange[] {
  return buckets.map(({ from, to }, bucket) => ({ bucket, from, to, bucketEnd: to }));
}

/** The first instant after another at which a bucket begins. */
export function nextEdge(at: number, bucket: Bucket, zone: string): number {
  const wall = wallTimeOf(zone, at);
  // Hours pass in real time: the hour that daylight saving repeats is there twice.
  if (bucket === 'hour') return at + HOUR - modulo(wall, HOUR);
  for (let next = nextWall(wall, bucket); ; next = nextWall(next, bucket)) {
    const instant = instantOf(zone, next);
    if (instant > at) return instant;
  }
}

function nextWall(wall: number, bucket: Exclude<Bucket, 'hour'>): number {
  if (bucket === 'day') return wall - modulo(wall, DAY) + DAY;
  if (bucket === 'week') return wall - modulo(wall - FIRST_MONDAY, WEEK) + WEEK;
  return monthsAfter(wall - modulo(wall, DAY) - (new Date(wall).getUTCDate() - 1) * DAY, 1);
}

/** A local time some months later or earlier; where that month has no such day, its last. */
export function monthsAfter(wall: number, months: number): number {
  const date = new Date(wall);
  const target = new Date(wall);
  target.setUTCDate(1);
  target.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  return target.setUTCDate(Math.min(date.getUTCDate(), last));
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function tooManyBuckets(): InvalidInput {
  return new InvalidInput('invalid-question', `bucket: the period has more than ${BUCKETS_AT_MOST} buckets`, [
    {
      pointer: '/bucket',
      detail: `must divide the period into at most ${BUCKETS_AT_MOST}: choose a longer one`,
    },
  ]);
}

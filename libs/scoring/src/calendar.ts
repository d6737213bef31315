import type { BusinessHours } from './business-hours.js';
import { type OffsetSpan, offsetsIn, startOfYear, yearOf } from './zone.js';
import { OpenWeek } from './week.js';

/** Open time is counted from the beginning of this UTC year: near the events, so that little has to be added up. */
const ANCHOR = 2020;

/** The last year that RFC 3339 can express. */
const LAST_YEAR = 9999;

interface CountedSpan extends OffsetSpan {
  /** Open ms from the anchor to an instant of the span, less those of its local time (`OpenWeek.openUntil`). */
  readonly open: number;
}

/**
 * Converts between instants and open time. An instant is open if local time is within business hours then: an hour that
 * daylight saving repeats may be open twice, one that it skips never is. Pure; it caches one number per year.
 */
export class Calendar {
  private readonly week: OpenWeek;
  /** Open ms from the anchor to the beginning of each year after it, and before it. */
  private readonly after: number[] = [0];
  private readonly before: number[] = [0];
  /** The span asked about last: a customer's facts mostly lie in one. */
  private latest: CountedSpan | undefined;

  constructor(private readonly hours: BusinessHours) {
    this.week = new OpenWeek(hours);
  }

  /** Open ms from the anchor to an instant; negative before it. */
  openUntil(at: number): number {
    const { offset, open } = this.spanOf(at);
    return open + this.week.openUntil(at + offset);
  }

  /** The first instant by which this much open time (ms, more than 0) has passed since another; null: not before 10000. */
  afterOpen(from: number, millis: number): number | null {
    if (this.week.isClosed) return null;
    const { to, offset, open } = this.spanOf(from);
    const target = open + this.week.openUntil(from + offset) + millis;
    if (open + this.week.openUntil(to + offset) >= target)
      return this.week.whenOpen(target - open, from + offset, to + offset) - offset;
    const year = this.yearReaching(target, yearOf(from));
    if (year === undefined) return null;
    let left = target - this.untilYear(year);
    for (const span of offsetsIn(this.hours.zone, year)) {
      const open = this.openIn(span, span.to);
      if (open >= left) {
        const [begin, end] = [span.from + span.offset, span.to + span.offset];
        return this.week.whenOpen(this.week.openUntil(begin) + left, begin, end) - span.offset;
      }
      left -= open;
    }
    return startOfYear(year + 1);
  }

  /** The first year from one on by whose end this much open time has passed. */
  private yearReaching(target: number, from: number): number | undefined {
    let [low, width] = [from, 1];
    // Most targets are reached within the year: what lies far ahead is looked for in doubled strides, then halved.
    while (this.untilYear(Math.min(low + width, LAST_YEAR + 1)) < target) {
      if (low + width > LAST_YEAR) return undefined;
      low += width;
      width *= 2;
    }
    for (let high = Math.min(low + width, LAST_YEAR + 1) - 1; low < high;) {
      const middle = Math.floor((low + high) / 2);
      if (this.untilYear(middle + 1) >= target) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private spanOf(at: number): CountedSpan {
    const { latest } = this;
    if (latest !== undefined && at >= latest.from && at < latest.to) return latest;
    const year = yearOf(at);
    let open = this.untilYear(year);
    const spans = offsetsIn(this.hours.zone, year);
    const place = spans.findIndex(({ to }) => at < to);
    for (const span of spans.slice(0, place)) open += this.openIn(span, span.to);
    const span = spans[place]!;
    return (this.latest = { ...span, open: open - this.week.openUntil(span.from + span.offset) });
  }

  private openIn({ from, to, offset }: OffsetSpan, until: number): number {
    return this.week.openUntil(Math.min(to, until) + offset) - this.week.openUntil(from + offset);
  }

  private untilYear(year: number): number {
    while (this.after.length <= year - ANCHOR) {
      this.after.push(this.after.at(-1)! + this.openInYear(ANCHOR + this.after.length - 1));
    }
    while (this.before.length <= ANCHOR - year) {
      this.before.push(this.before.at(-1)! - this.openInYear(ANCHOR - this.before.length));
    }
    return year >= ANCHOR ? this.after[year - ANCHOR]! : this.before[ANCHOR - year]!;
  }

  private openInYear(year: number): number {
    return offsetsIn(this.hours.zone, year).reduce((sum, span) => sum + this.openIn(span, span.to), 0);
  }
}

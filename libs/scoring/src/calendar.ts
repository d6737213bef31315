import { WEEKDAYS } from '#journey';
import type { BusinessHours } from './business-hours.js';
import { DAY } from './duration.js';
import { wallTimeOf, instantOf } from './zone.js';

/** A stretch of open time, ms: from inclusive, to exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One local day as instants. */
export interface LocalDay {
  /** Days since 1970 on the wall. */
  readonly number: number;
  readonly from: number;
  /** Where the next day begins: 23, 24 or 25 hours later, as the zone has it. */
  readonly to: number;
  /** Open stretches in order, none touching another. */
  readonly open: readonly Span[];
}

const MINUTE = 60_000;

/** Days remembered per calendar: half a century, a few megabytes. */
const DAYS_KEPT = 20_000;

/** Business hours made ready for reckoning. Pure: it remembers days only to be quick. */
export class Calendar {
  /** Open minutes of a week, by weekday from Monday: [from, to) since local midnight, `to` at most 24 h. */
  private readonly week: readonly (readonly Span[])[];
  private readonly holidays: ReadonlySet<string>;
  private readonly days = new Map<number, LocalDay>();

  constructor(private readonly hours: BusinessHours) {
    this.week = WEEKDAYS.map((_, weekday) => merged(intervalsOn(hours, weekday)));
    this.holidays = new Set(hours.holidays);
  }

  /** The local day in which an instant lies. */
  dayOf(at: number): LocalDay {
    const number = Math.floor(wallTimeOf(this.hours.zone, at) / DAY);
    const day = this.day(number);
    // Where a zone has turned its clocks back over midnight, an instant's date may be that of the day before.
    return at < day.from ? this.day(number - 1) : at >= day.to ? this.day(number + 1) : day;
  }

  /** The local day after another. */
  dayAfter({ number }: LocalDay): LocalDay {
    return this.day(number + 1);
  }

  private day(number: number): LocalDay {
    const known = this.days.get(number);
    if (known !== undefined) return known;
    if (this.days.size >= DAYS_KEPT) this.days.clear();
    const day = this.reckon(number);
    this.days.set(number, day);
    return day;
  }

  private reckon(number: number): LocalDay {
    const { zone } = this.hours;
    const from = instantOf(zone, number * DAY);
    const to = instantOf(zone, (number + 1) * DAY);
    const closed = this.holidays.has(new Date(number * DAY).toISOString().slice(0, 10));
    // Day 0 of 1970 was a Thursday.
    const spans = closed ? [] : this.week[(((number + 3) % 7) + 7) % 7]!;
    const instant = (millis: number) =>
      millis === 0
        ? from
        : millis === DAY
          ? to
          : Math.min(to, Math.max(from, instantOf(zone, number * DAY + millis)));
    const open = spans.map((span) => ({ from: instant(span.from), to: instant(span.to) }));
    return { number, from, to, open: open.filter((span) => span.from < span.to) };
  }
}

function intervalsOn({ weekly }: BusinessHours, weekday: number): Span[] {
  const spans: Span[] = [];
  for (const { day, from, to } of weekly) {
    const begin = minutesOf(from) * MINUTE;
    const end = endOf(to) * MINUTE;
    const wraps = end <= begin;
    if (day === WEEKDAYS[weekday]) spans.push({ from: begin, to: wraps ? DAY : end });
    if (wraps && day === WEEKDAYS[(weekday + 6) % 7]) spans.push({ from: 0, to: end });
  }
  return spans;
}

function minutesOf(text: string): number {
  const match = /^(\d{2}):(\d{2})/.exec(text);
  return match === null ? 0 : Number(match[1]) * 60 + Number(match[2]);
}

/** The end of the day has three spellings. */
function endOf(text: string): number {
  const minutes = minutesOf(text);
  return minutes === 0 || minutes === 24 * 60 - 1 ? 24 * 60 : minutes;
}

function merged(spans: readonly Span[]): readonly Span[] {
  const result: { from: number; to: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else if (span.from < span.to) result.push({ ...span });
  }
  return result;
}

import { WEEKDAYS } from '#journey';
import type { BusinessHours } from './business-hours.js';
import { DAY, MINUTE, WEEK } from './duration.js';

/** Local time of the first Monday of 1970: weeks are counted from here. */
const FIRST_MONDAY = 4 * DAY;

/** A period of local time since midnight, ms: from inclusive, to exclusive. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Business hours in local time, daylight saving left aside (see `Calendar`). Whole weeks are multiplied and holidays
 * are found by binary search, so a question costs the same over a day and over centuries.
 */
export class OpenWeek {
  /** Open periods by weekday from Monday; ascending, disjoint. */
  private readonly days: readonly (readonly Span[])[];
  /** Open ms from Monday 00:00 to the beginning of each weekday; the last entry is the whole week. */
  private readonly before: readonly number[];
  /** Holidays as local days since 1970, ascending; and the open ms that the first 0, 1, 2, … of them close. */
  private readonly holidays: readonly number[];
  private readonly lost: readonly number[];

  constructor(hours: BusinessHours) {
    this.days = WEEKDAYS.map((_, weekday) => merged(intervalsOn(hours, weekday)));
    this.before = runningSum(this.days.map(lengthOf));
    const dates = hours.holidays.map((day) => Date.parse(`${day}T00:00:00Z`) / DAY);
    this.holidays = [...new Set(dates)].filter(Number.isInteger).sort((a, b) => a - b);
    this.lost = runningSum(this.holidays.map((day) => lengthOf(this.days[weekdayOf(day)]!)));
  }

  /** Whether it never opens on any weekday. */
  get isClosed(): boolean {
    return this.before.at(-1) === 0;
  }

  /** Open ms from the first Monday of 1970 to a local time; negative before it. Never decreases. */
  openUntil(wall: number): number {
    const day = Math.floor(wall / DAY);
    return (
      this.openBefore(day) + this.openOn(day).reduce((sum, span) => sum + passed(span, wall - day * DAY), 0)
    );
  }

  /** The first local time in [from, to] at which `openUntil` reaches `target`. */
  whenOpen(target: number, from: number, to: number): number {
    let [low, high] = [Math.floor(from / DAY), Math.floor(to / DAY)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.openBefore(middle) >= target) high = middle - 1;
      else low = middle;
    }
    let left = target - this.openBefore(low);
    for (const { from: begin, to: end } of this.openOn(low)) {
      if (end - begin >= left) return Math.max(from, low * DAY + begin + left);
      left -= end - begin;
    }
    return to;
  }

  private openOn(day: number): readonly Span[] {
    const place = countUpTo(this.holidays, day);
    return place > 0 && this.holidays[place - 1] === day ? [] : this.days[weekdayOf(day)]!;
  }

  /** Open ms until a day begins. */
  private openBefore(day: number): number {
    const weeks = Math.floor((day * DAY - FIRST_MONDAY) / WEEK);
    const taken = this.lost[countUpTo(this.holidays, day - 1)]! - this.lost[countUpTo(this.holidays, 3)]!;
    return weeks * this.before.at(-1)! + this.before[weekdayOf(day)]! - taken;
  }
}

/** 0 is Monday. */
function weekdayOf(day: number): number {
  return (((day - FIRST_MONDAY / DAY) % 7) + 7) % 7;
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

function passed({ from, to }: Span, until: number): number {
  return Math.max(0, Math.min(to, until) - from);
}

/** The sums of the first 0, 1, 2, … numbers. */
function runningSum(numbers: readonly number[]): readonly number[] {
  const sums = [0];
  for (const number of numbers) sums.push(sums.at(-1)! + number);
  return sums;
}

/** How many of the ascending numbers are at most `value`. */
function countUpTo(numbers: readonly number[], value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
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

/** 00:00, 23:59 and 24:00 all mean the end of the day. */
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

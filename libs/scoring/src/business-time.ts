import { ALWAYS_OPEN, type BusinessHours } from './business-hours.js';
import { Calendar } from './calendar.js';
import { DAY } from './duration.js';
import { PublicationLine } from './publication-line.js';
import { instantOf, wallTimeOf } from './zone.js';

const calendars = new WeakMap<BusinessHours, Calendar>();

function calendarOf(hours: BusinessHours): Calendar {
  let calendar = calendars.get(hours);
  if (calendar === undefined) {
    calendar = new Calendar(hours);
    calendars.set(hours, calendar);
  }
  return calendar;
}

/**
 * From when on (ms) business hours hold that are published to be effective from a time: from the next beginning of a
 * day on the wall of their own zone, for every clock. Where that is later than `effectiveFrom`, which then lies inside
 * a day, whoever published them should be told.
 */
export function hoursHoldFrom({ zone }: Pick<BusinessHours, 'zone'>, effectiveFrom: number): number {
  const day = Math.floor(wallTimeOf(zone, effectiveFrom) / DAY);
  // Where clocks are turned back over midnight, a day may begin after its date was seen first.
  for (let next = day; ; next++) {
    const begin = instantOf(zone, next * DAY);
    if (begin >= effectiveFrom) return begin;
  }
}

/** Open time by the business hours that hold, whatever changes of them lie between. */
export class BusinessTime {
  /** `line`: each from when on it holds (`hoursHoldFrom`); round the clock before the first. */
  constructor(private readonly line: PublicationLine<BusinessHours>) {}

  /** The same hours always. */
  static of(hours: BusinessHours): BusinessTime {
    return new BusinessTime(new PublicationLine([{ from: null, id: hours.version, value: hours }]));
  }

  /** The business hours that hold at an instant. */
  hoursAt(at: number): BusinessHours {
    return this.line.inForce(at)?.value ?? ALWAYS_OPEN;
  }

  /** Open ms between two instants. */
  openBetween(from: number, to: number): number {
    let total = 0;
    for (let at = from; at < to;) {
      const calendar = calendarOf(this.hoursAt(at));
      const end = Math.min(to, this.line.nextAfter(at) ?? to);
      total += calendar.openUntil(end) - calendar.openUntil(at);
      at = end;
    }
    return total;
  }

  /** The first instant by which this many open ms have passed since another; null when that is never. */
  afterOpen(from: number, millis: number): number | null {
    if (millis <= 0) return from;
    let left = millis;
    for (let at = from; ;) {
      const calendar = calendarOf(this.hoursAt(at));
      const change = this.line.nextAfter(at);
      const open = change === undefined ? Infinity : calendar.openUntil(change) - calendar.openUntil(at);
      if (open >= left) return calendar.afterOpen(at, left);
      left -= open;
      at = change!;
    }
  }
}

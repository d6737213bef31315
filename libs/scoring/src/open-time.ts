import type { BusinessHours } from './business-hours.js';
import { Calendar, type LocalDay, type Span } from './calendar.js';

/** The business hours in force at a time (ms). */
export type HoursInForce = (at: number) => BusinessHours;

/** Stop looking for open time after so many days without end: hours that never open never breach. */
const DAYS_AT_MOST = 20_000;

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
 * The open stretches from a time on, local day by local day, each day by the hours in force as it is entered: newly
 * published hours take effect at the next midnight.
 */
function* openSpans(from: number, hours: HoursInForce): Generator<Span> {
  let calendar = calendarOf(hours(from));
  let day = calendar.dayOf(from);
  for (let days = 0; days < DAYS_AT_MOST; days++) {
    for (const span of day.open) {
      if (span.to > from) yield { from: Math.max(from, span.from), to: span.to };
    }
    const next = calendarOf(hours(day.to));
    day = next === calendar ? calendar.dayAfter(day) : rest(next.dayOf(day.to), day.to);
    calendar = next;
  }
}

/** What is left of a day from a time on: another zone's midnight is not ours. */
function rest(day: LocalDay, from: number): LocalDay {
  const open = day.open.map((span) => ({ from: Math.max(from, span.from), to: span.to }));
  return { ...day, open: open.filter((span) => span.from < span.to) };
}

/** Open milliseconds between two times. */
export function openBetween(from: number, to: number, hours: HoursInForce): number {
  let total = 0;
  if (to <= from) return 0;
  for (const span of openSpans(from, hours)) {
    if (span.from >= to) break;
    total += Math.min(span.to, to) - span.from;
    if (span.to >= to) break;
  }
  return total;
}

/** When so many open milliseconds after a time will have passed; null when it never opens so long. */
export function afterOpen(from: number, millis: number, hours: HoursInForce): number | null {
  let left = millis;
  if (left <= 0) return from;
  for (const span of openSpans(from, hours)) {
    const length = span.to - span.from;
    if (length >= left) return span.from + left;
    left -= length;
  }
  return null;
}

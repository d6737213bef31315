import { DAY } from './duration.js';

/** A period within one UTC year in which a zone has one offset from UTC. */
export interface OffsetSpan {
  /** Milliseconds: from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  /** Local time minus UTC, ms. */
  readonly offset: number;
}

/** In the IANA data base no zone ever changed its offset and changed it back within fewer days than this. */
const STEP = 3 * DAY;

/** Before the first year no zone changes its offset; from the second on all follow rules that repeat with the calendar. */
const FIRST_CHANGES = 1840;
const RULES_ONLY = 2100;

/** The Gregorian calendar repeats after 400 years, weekdays included. */
const CYCLE = 400;
const CYCLE_MILLIS = 146_097 * DAY;

const zones = new Map<string, Zone>();

/** The offsets of a zone in a UTC year, in order and without gaps. A zone that this runtime does not know counts as UTC. */
export function offsetsIn(zone: string, year: number): readonly OffsetSpan[] {
  return zoneOf(zone).offsetsIn(year);
}

/** The local time at an instant, as ms since 1970 in local time. */
export function wallTimeOf(zone: string, at: number): number {
  const spans = offsetsIn(zone, yearOf(at));
  return at + spans.find((span) => at < span.to)!.offset;
}

/**
 * The instant of a local time: the earlier one if local time shows it twice; if local time skips it, as much later as
 * the clocks jump (what Temporal calls "compatible").
 */
export function instantOf(zone: string, wall: number): number {
  const offsetBefore = wallTimeOf(zone, wall - DAY) - (wall - DAY);
  const offsetAfter = wallTimeOf(zone, wall + DAY) - (wall + DAY);
  const early = wall - Math.max(offsetBefore, offsetAfter);
  const late = wall - Math.min(offsetBefore, offsetAfter);
  if (wallTimeOf(zone, early) === wall) return early;
  if (wallTimeOf(zone, late) === wall) return late;
  return wall - offsetBefore;
}

/** The UTC year of an instant. */
export function yearOf(at: number): number {
  return new Date(at).getUTCFullYear();
}

/** Where a UTC year begins, ms. Unlike Date.UTC this takes the years 0 to 99 for what they are. */
export function startOfYear(year: number): number {
  return new Date(0).setUTCFullYear(year, 0, 1);
}

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = new Zone(name);
    zones.set(name, zone);
  }
  return zone;
}

/** One zone of the IANA data base, as Intl knows it. Pure; it caches years. */
class Zone {
  private readonly years = new Map<number, readonly OffsetSpan[]>();
  private readonly format: Intl.DateTimeFormat | undefined;

  constructor(name: string) {
    try {
      this.format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    } catch {
      // A policy once recorded cannot be refused any more.
    }
  }

  offsetsIn(year: number): readonly OffsetSpan[] {
    if (year >= RULES_ONLY + CYCLE) {
      const cycles = Math.floor((year - RULES_ONLY) / CYCLE);
      return this.offsetsIn(year - cycles * CYCLE).map(({ from, to, offset }) => ({
        from: from + cycles * CYCLE_MILLIS,
        to: to + cycles * CYCLE_MILLIS,
        offset,
      }));
    }
    const known = this.years.get(year);
    if (known !== undefined) return known;
    const spans = this.find(startOfYear(year), startOfYear(year + 1), year < FIRST_CHANGES);
    this.years.set(year, spans);
    return spans;
  }

  private find(begin: number, end: number, steady: boolean): readonly OffsetSpan[] {
    const spans: OffsetSpan[] = [];
    let [from, offset] = [begin, this.offsetAt(begin)];
    for (let at = begin; !steady && at < end - 1;) {
      const next = Math.min(end - 1, at + STEP);
      if (this.offsetAt(next) === offset) {
        at = next;
        continue;
      }
      const change = this.changeBetween(at, next, offset);
      spans.push({ from, to: change, offset });
      [from, offset, at] = [change, this.offsetAt(change), change];
    }
    spans.push({ from, to: end, offset });
    return spans;
  }

  /** The first instant after `low` at which the offset is another; at `high` it is. */
  private changeBetween(low: number, high: number, offset: number): number {
    let [before, after] = [low, high];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    return after;
  }

  /** By Intl, which writes `GMT`, `GMT+01:00` or `GMT-04:56:02`. */
  private offsetAt(at: number): number {
    const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(this.format?.format(at) ?? '');
    if (match === null) return 0;
    const [, sign, hours, minutes, seconds] = match;
    const millis = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)) * 1000;
    return sign === '-' ? -millis : millis;
  }
}

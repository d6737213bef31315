import { DAY } from './duration.js';

const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatOf(zone: string): Intl.DateTimeFormat | null {
  let format = formats.get(zone);
  if (format === undefined) {
    format = zone === 'UTC' ? null : makeFormat(zone);
    formats.set(zone, format);
  }
  return format;
}

/** An unknown zone counts as UTC: a policy once recorded cannot be refused any more. */
function makeFormat(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
}

/** What a clock on the wall shows at an instant, written as the milliseconds that UTC would have then. */
export function wallTimeOf(zone: string, at: number): number {
  const format = formatOf(zone);
  if (format === null) return at;
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
  const { year, month, day, hour, minute, second } = parts;
  const wall = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  return wall + (((at % 1000) + 1000) % 1000);
}

/**
 * The instant at which the wall shows a time: the earlier one where clocks are turned back, and where they are turned
 * forward over it, as much later as they jump (what Temporal calls "compatible").
 */
export function instantOf(zone: string, wall: number): number {
  if (formatOf(zone) === null) return wall;
  const offsetBefore = wallTimeOf(zone, wall - DAY) - (wall - DAY);
  const offsetAfter = wallTimeOf(zone, wall + DAY) - (wall + DAY);
  const early = wall - Math.max(offsetBefore, offsetAfter);
  const late = wall - Math.min(offsetBefore, offsetAfter);
  if (wallTimeOf(zone, early) === wall) return early;
  if (wallTimeOf(zone, late) === wall) return late;
  return wall - offsetBefore;
}

import { parseTime } from '#event-sourcing';
import type { TimeFormat } from './mapping.js';
import { patternReader, timePatternFault } from './time-pattern.js';

/** Reads times: milliseconds since 1970, or undefined when the text is not a time of the format. */
export type TimeReader = (text: string) => number | undefined;

const NAMED_FORMATS = ['iso', 'epoch-seconds', 'epoch-milliseconds'];

/** What is wrong with the format or the zone of times, or undefined. */
export function timeFormatFault({
  formats,
  zone,
}: TimeFormat): { at: 'format' | 'zone'; detail: string } | undefined {
  for (const format of formats) {
    const fault = NAMED_FORMATS.includes(format) ? undefined : timePatternFault(format);
    if (fault !== undefined) {
      const detail = `"${format}" is not a time format: ${fault} (or one of ${NAMED_FORMATS.join(', ')})`;
      return { at: 'format', detail };
    }
  }
  if (fixedOffset(zone) !== undefined || isZone(zone)) return undefined;
  const detail = `"${zone}" is not a zone: write UTC, an offset like +02:00, or a name like Europe/Berlin`;
  return { at: 'zone', detail };
}

/**
 * A reader of times in one of the formats; the first that fits is taken. Texts that carry an offset of their own
 * (`iso`, `epoch-…`) need no zone; others are local to `zone`. Where clocks were put back, the earlier of the two
 * instants is taken; a time that was skipped is read as if the clock had not been put forward.
 */
export function timeReader({ formats, zone }: TimeFormat): TimeReader {
  const toUtc = zoned(zone);
  const readers = formats.map((format) => readerOf(format, toUtc));
  if (readers.length === 1) return readers[0]!;
  return (text) => {
    for (const read of readers) {
      const time = read(text);
      if (time !== undefined) return time;
    }
    return undefined;
  };
}

function readerOf(format: string, toUtc: (local: number) => number): TimeReader {
  if (format === 'iso') return isoReader(toUtc);
  if (format === 'epoch-seconds') return epochReader(1000);
  if (format === 'epoch-milliseconds') return epochReader(1);
  const read = patternReader(format);
  return (text) => {
    const local = read(text);
    return local === undefined ? undefined : toUtc(local);
  };
}

function epochReader(scale: number): TimeReader {
  return (text) => (/^\d{1,15}(\.\d{1,9})?$/.test(text) ? Math.floor(Number(text) * scale) : undefined);
}

function isoReader(toUtc: (local: number) => number): TimeReader {
  return (text) => {
    const exact = parseTime(text.replace(' ', 'T'));
    if (exact !== undefined) return exact;
    const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
    const local = parseTime(day ? `${text}T00:00:00Z` : `${text.replace(' ', 'T')}Z`);
    return local === undefined ? undefined : toUtc(local);
  };
}

function fixedOffset(zone: string): number | undefined {
  if (zone === 'UTC' || zone === 'Z') return 0;
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(zone);
  if (match === null) return undefined;
  return (Number(match[2]) * 60 + Number(match[3])) * 60_000 * (match[1] === '-' ? -1 : 1);
}

function isZone(zone: string): boolean {
  try {
    zoneClock(zone);
    return true;
  } catch {
    return false;
  }
}

function zoneClock(zone: string): Intl.DateTimeFormat {
  const two = '2-digit';
  return new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two },
  });
}

/** From a local reading, written as if it were UTC, to the instant. */
function zoned(zone: string): (local: number) => number {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return (local) => local - fixed;
  const clock = zoneClock(zone);
  const offsetAt = (instant: number) => readingAt(clock, instant) - Math.floor(instant / 1000) * 1000;
  return (local) => {
    const dayBefore = offsetAt(local - 86_400_000);
    const dayAfter = offsetAt(local + 86_400_000);
    const instants = [local - Math.max(dayBefore, dayAfter), local - Math.min(dayBefore, dayAfter)];
    return instants.find((instant) => instant + offsetAt(instant) === local) ?? local - dayBefore;
  };
}

function readingAt(clock: Intl.DateTimeFormat, instant: number): number {
  const parts: { [name: string]: number } = {};
  for (const { type, value } of clock.formatToParts(instant)) parts[type] = Number(value);
  return Date.UTC(
    parts['year']!,
    parts['month']! - 1,
    parts['day'],
    parts['hour'],
    parts['minute'],
    parts['second'],
  );
}

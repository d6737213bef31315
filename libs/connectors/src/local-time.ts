import { parseTime } from '#event-sourcing';
import type { TimeForm } from './mapping.js';

/** Reads one way of writing times: milliseconds since 1970, or undefined when the text is not such a time. */
export type TimeReader = (text: string) => number | undefined;

const PART = /yyyy|MM|dd|HH|mm|ss|SSS/g;
const DIGITS: { readonly [part: string]: string } = { yyyy: '\\d{4}', SSS: '\\d{1,3}' };
const WORDS = ['iso', 'epoch-seconds', 'epoch-milliseconds'];

/** What is wrong with a form of times, or undefined. */
export function faultOfTimeForm({
  format,
  zone,
}: TimeForm): { at: 'format' | 'zone'; detail: string } | undefined {
  const parts: readonly string[] = format.match(PART) ?? [];
  const whole = parts.includes('yyyy') && parts.includes('MM') && parts.includes('dd');
  if (!WORDS.includes(format) && !whole) {
    const detail = `"${format}" is no form of time: write yyyy, MM, dd, HH, mm, ss, SSS, or one of ${WORDS.join(', ')}`;
    return { at: 'format', detail };
  }
  if (!Number.isNaN(fixedOffset(zone) ?? NaN)) return undefined;
  try {
    zoneClock(zone);
    return undefined;
  } catch {
    return {
      at: 'zone',
      detail: `"${zone}" is no zone: write UTC, an offset like +02:00, or a name like Europe/Berlin`,
    };
  }
}

/**
 * A reader of times written like `form`. Texts that carry an offset of their own (`iso`, `epoch-…`) need no zone;
 * others are local to `form.zone`. Where clocks were put back, the earlier of the two instants is taken; a time
 * that was skipped is read as if the clock had not been put forward.
 */
export function timeReader(form: TimeForm): TimeReader {
  if (form.format === 'iso') return isoReader(zoned(form.zone));
  if (form.format === 'epoch-seconds') return epochReader(1000);
  if (form.format === 'epoch-milliseconds') return epochReader(1);
  return patternReader(form.format, zoned(form.zone));
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

function patternReader(format: string, toUtc: (local: number) => number): TimeReader {
  const names: readonly string[] = format.match(PART) ?? [];
  const source = format
    .split(/(yyyy|MM|dd|HH|mm|ss|SSS)/)
    .map((piece, i) =>
      i % 2 === 1 ? `(${DIGITS[piece] ?? '\\d{1,2}'})` : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  const pattern = new RegExp(`^${source}$`);
  return (text) => {
    const found = pattern.exec(text);
    if (found === null) return undefined;
    const part = (name: string, absent: string) => found[names.indexOf(name) + 1 || -1] ?? absent;
    const two = (name: string, absent: string) => part(name, absent).padStart(2, '0');
    const day = `${part('yyyy', '')}-${two('MM', '')}-${two('dd', '')}`;
    const clock = `${two('HH', '00')}:${two('mm', '00')}:${two('ss', '00')}.${part('SSS', '0').padStart(3, '0')}`;
    const local = parseTime(`${day}T${clock}Z`);
    return local === undefined ? undefined : toUtc(local);
  };
}

function fixedOffset(zone: string): number | undefined {
  if (zone === 'UTC' || zone === 'Z') return 0;
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(zone);
  if (match === null) return undefined;
  return (Number(match[2]) * 60 + Number(match[3])) * 60_000 * (match[1] === '-' ? -1 : 1);
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

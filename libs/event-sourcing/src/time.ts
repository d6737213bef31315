const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What `parseTime` takes, for messages. */
export const TIME_FORM =
  'an RFC 3339 time with its offset, like 2026-01-31T10:00:00Z, in the years 0100 to 9999';

/**
 * Milliseconds since 1970 of an RFC 3339 time (an offset is required, digits beyond the millisecond are cut off,
 * a leap second counts as the second after) in the years 100 to 9999 of UTC, or undefined when the text is not one. Every event passes here, so the
 * digits are read in place.
 */
export function parseTime(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (year < 100 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const offset = offsetMinutes(text);
  if (offset === undefined) return undefined;
  const minutes = (daysSince1970(year, month, day) * 24 + hour) * 60 + minute - offset;
  const millis = (minutes * 60 + second) * 1000 + millisecond(text);
  // An offset, or a leap second, may lead out of the years that four digits can write.
  return millis >= EARLIEST && millis <= LATEST ? millis : undefined;
}

const EARLIEST = Date.UTC(100, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const digit = (text: string, at: number) => text.charCodeAt(at) - 48;
const twoDigits = (text: string, at: number) => digit(text, at) * 10 + digit(text, at + 1);

/** The three digits behind the point, as far as there are any. */
function millisecond(text: string): number {
  if (text.charCodeAt(19) !== 0x2e /* . */) return 0;
  let millis = 0;
  let at = 20;
  for (let weight = 100; weight >= 1; weight /= 10) {
    const value = digit(text, at++);
    if (value < 0 || value > 9) break;
    millis += value * weight;
  }
  return millis;
}

/** Minutes east of UTC; undefined when there is no such offset. */
function offsetMinutes(text: string): number | undefined {
  const end = text.length;
  const last = text.charCodeAt(end - 1);
  if (last === 0x5a /* Z */ || last === 0x7a /* z */) return 0;
  const [hours, minutes] = [twoDigits(text, end - 5), twoDigits(text, end - 2)];
  if (hours > 23 || minutes > 59) return undefined;
  return (hours * 60 + minutes) * (text[end - 6] === '-' ? -1 : 1);
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : DAYS_IN_MONTH[month - 1]!;
}

/** Days of the Gregorian calendar, counted in years that begin on the first of March. */
function daysSince1970(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leapDays + dayOfYear - 719_468;
}

/** RFC 3339 in UTC with milliseconds, the one form in which times are answered. */
export function formatTime(millis: number): string {
  return new Date(millis).toISOString();
}

/** The same of a time that may not be known. */
export function timeOrNull(millis: number | null | undefined): string | null {
  return millis === null || millis === undefined ? null : formatTime(millis);
}

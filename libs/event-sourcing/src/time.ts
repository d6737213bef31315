const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * Milliseconds since 1970 of an RFC 3339 time (an offset is required, digits beyond the millisecond are cut off,
 * a leap second counts as the second after), or undefined when the text is not one.
 */
export function parseTime(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = match;
  const at = (part: string | undefined) => Number(part ?? 0);
  if (at(hour) > 23 || at(minute) > 59 || at(second) > 60 || at(offsetHour) > 23 || at(offsetMinute) > 59) {
    return undefined;
  }
  const midnight = Date.UTC(at(year), at(month) - 1, at(day));
  const date = new Date(midnight);
  if (at(year) < 100 || date.getUTCMonth() !== at(month) - 1 || date.getUTCDate() !== at(day))
    return undefined;
  const millis = at((fraction ?? '').padEnd(3, '0').slice(0, 3));
  const offset = (at(offsetHour) * 60 + at(offsetMinute)) * 60_000 * (sign === '-' ? -1 : 1);
  return midnight + ((at(hour) * 60 + at(minute)) * 60 + at(second)) * 1000 + millis - offset;
}

/** RFC 3339 in UTC with milliseconds, the one form in which times are answered. */
export function formatTime(millis: number): string {
  return new Date(millis).toISOString();
}

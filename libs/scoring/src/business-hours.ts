/** Monday first, as in ISO 8601. */
export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

export const WEEKDAYS: readonly Weekday[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

/**
 * Open hours on some days of the week, local times `HH:MM`. `to` of `24:00`, `00:00` or `23:59` is the end of the
 * day (who writes 23:59 means it, and must not lose a minute each midnight). A `to` before its `from` runs into
 * the next day.
 */
export interface OpenInterval {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

/** When a company is open. Overlapping intervals count once. */
export interface BusinessHours {
  readonly version: string;
  /** IANA name: `Europe/Berlin`. */
  readonly zone: string;
  readonly weekly: readonly OpenInterval[];
  /** Local dates `YYYY-MM-DD` on which nothing opens. */
  readonly holidays: readonly string[];
}

/** Round the clock: what holds until business hours are published. */
export const ALWAYS_OPEN: BusinessHours = {
  version: 'default@1',
  zone: 'UTC',
  weekly: [{ days: WEEKDAYS, from: '00:00', to: '24:00' }],
  holidays: [],
};

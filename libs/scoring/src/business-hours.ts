import { WEEKDAYS, type Weekday } from '#journey';

/**
 * Open hours on one day of the week, local times `HH:MM`. `to` of `24:00`, `00:00` or `23:59` is the end of the day
 * (who writes 23:59 means it, and must not lose a minute each midnight). A `to` before its `from` runs into the next
 * day.
 */
export interface OpeningHours {
  readonly day: Weekday;
  readonly from: string;
  readonly to: string;
}

/** When a company is open. Overlapping intervals count once. */
export interface BusinessHours {
  readonly version: string;
  /** IANA name: `Europe/Berlin`. */
  readonly zone: string;
  readonly weekly: readonly OpeningHours[];
  /** Local dates `YYYY-MM-DD` on which nothing opens. */
  readonly holidays: readonly string[];
}

/** Round the clock: what holds until business hours are published. */
export const ALWAYS_OPEN: BusinessHours = {
  version: 'default@1',
  zone: 'UTC',
  weekly: WEEKDAYS.map((day) => ({ day, from: '00:00', to: '24:00' })),
  holidays: [],
};

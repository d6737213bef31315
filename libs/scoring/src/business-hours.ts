import { WEEKDAYS, type Weekday } from '#journey';

/**
 * Open hours on one day of the week, local times `HH:MM`. `to` of `24:00`, `00:00` or `23:59` is the end of the day
 * (23:59 is what some systems write for it; it does not cost a minute). A `to` before its `from` runs into the next
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
  /** Local dates `YYYY-MM-DD` that are closed from midnight to midnight. */
  readonly holidays: readonly string[];
  /** Other hours for certain teams or queues: the first that names the team or queue decides. */
  readonly calendars?: readonly TeamCalendar[];
}

/** Hours of some teams and queues. */
export interface TeamCalendar {
  readonly teams: readonly string[];
  readonly queues: readonly string[];
  readonly hours: BusinessHours;
}

/** The hours by which an issue of a team and a queue is worked on. */
export function hoursFor(
  hours: BusinessHours,
  team: string | null,
  queue: string | undefined,
): BusinessHours {
  const own = hours.calendars?.find(
    ({ teams, queues }) =>
      (team !== null && teams.includes(team)) || (queue !== undefined && queues.includes(queue)),
  );
  return own?.hours ?? hours;
}

/** The default until business hours are published: round the clock. */
export const ALWAYS_OPEN: BusinessHours = {
  version: 'default@1',
  zone: 'UTC',
  weekly: WEEKDAYS.map((day) => ({ day, from: '00:00', to: '24:00' })),
  holidays: [],
};

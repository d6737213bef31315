import { MINUTE } from '#scoring';

/** How far events may be ahead of our clock (ms); a source whose clock is further ahead does not move "now". */
const AHEAD = 5 * MINUTE;

/**
 * The business time (ms) of a question that names none, and of a row as it is derived: the present, in whole minutes
 * so that answers can be cached, or the last event's time where that is later.
 */
export function presentTime(now: number, lastAt: number | null | undefined): number {
  return Math.max(Math.floor(now / MINUTE) * MINUTE, Math.min(lastAt ?? 0, now + AHEAD));
}

import type { BusinessTime } from './business-time.js';

/**
 * A promise running: how much open time it has, and what has been used of it. The time of breach is kept, not
 * watched for, so that "breached by now" is a comparison. Plain values, to be stored in a view.
 */
export interface SlaClock {
  readonly targetMillis: number;
  /** Open ms used before the present run. */
  readonly used: number;
  /** Since when it runs (ms); null while paused and after its end. */
  readonly runningSince: number | null;
  /** When it is (or was) broken, if nothing happens: null while paused unbroken, when kept, or when it never opens. */
  readonly breachAt: number | null;
  /** When it was fulfilled or ended; null before. */
  readonly endedAt: number | null;
}

/** Starts the clock of a spell. */
export function activate(at: number, targetSeconds: number, time: BusinessTime): SlaClock {
  const targetMillis = targetSeconds * 1000;
  return {
    targetMillis,
    used: 0,
    runningSince: at,
    breachAt: time.afterOpen(at, targetMillis),
    endedAt: null,
  };
}

/** Stops it for a while. What has been breached by then stays so. */
export function pause(clock: SlaClock, at: number, time: BusinessTime): SlaClock {
  if (clock.runningSince === null || clock.endedAt !== null) return clock;
  const used = clock.used + time.openBetween(clock.runningSince, at);
  return { ...clock, used, runningSince: null, breachAt: breachedBy(clock, at) };
}

/** Lets a paused clock run again. */
export function resume(clock: SlaClock, at: number, time: BusinessTime): SlaClock {
  if (clock.runningSince !== null || clock.endedAt !== null) return clock;
  const breachAt = clock.breachAt ?? time.afterOpen(at, clock.targetMillis - clock.used);
  return { ...clock, runningSince: at, breachAt };
}

/**
 * Gives it another target, from the beginning of its spell (a change of severity). A clock that has by now used more
 * than the new target breaches now; one that was broken stays broken.
 */
export function retarget(clock: SlaClock, at: number, targetSeconds: number, time: BusinessTime): SlaClock {
  const targetMillis = targetSeconds * 1000;
  if (clock.endedAt !== null || targetMillis === clock.targetMillis) return clock;
  const broken = breachedBy(clock, at);
  const running = clock.runningSince !== null;
  const used = clock.used + (running ? time.openBetween(clock.runningSince!, at) : 0);
  const left = Math.max(0, targetMillis - used);
  const next = running || left === 0 ? time.afterOpen(at, left) : null;
  return { ...clock, targetMillis, used, runningSince: running ? at : null, breachAt: broken ?? next };
}

/** Ends it for good: kept or broken is decided and frozen, whatever comes after. */
export function fulfil(clock: SlaClock, at: number, time: BusinessTime): SlaClock {
  if (clock.endedAt !== null) return clock;
  return { ...pause(clock, at, time), endedAt: at };
}

/** Whether the promise is broken at a time: from `breachAt` on, inclusive. */
export function isBreached(clock: SlaClock, asOf: number): boolean {
  return breachedBy(clock, asOf) !== null;
}

/** Open ms used until a time, of a clock that runs or has run. */
export function usedAt(clock: SlaClock, asOf: number, time: BusinessTime): number {
  return clock.used + (clock.runningSince === null ? 0 : time.openBetween(clock.runningSince, asOf));
}

function breachedBy({ breachAt }: SlaClock, at: number): number | null {
  return breachAt !== null && breachAt <= at ? breachAt : null;
}

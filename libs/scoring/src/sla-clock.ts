import type { OpenTime } from './business-time.js';

/**
 * An SLA clock: its target in open time, and how much of it is used. The instant of the breach is stored, so "breached
 * at a time" is a comparison. Plain values.
 */
export interface SlaClock {
  readonly targetMillis: number;
  /** Open ms used before it was started last. */
  readonly used: number;
  /** When it was started last (ms); null while paused and after its end. */
  readonly runningSince: number | null;
  /** When it breaches or has breached, if nothing happens; null while paused before that, if met, and if it never does. */
  readonly breachAt: number | null;
  /** When it was stopped for good; null before. */
  readonly endedAt: number | null;
}

/** Starts the clock of a spell (from raising or reopening to resolution). */
export function activate(at: number, targetSeconds: number, time: OpenTime): SlaClock {
  const targetMillis = targetSeconds * 1000;
  return {
    targetMillis,
    used: 0,
    runningSince: at,
    breachAt: time.afterOpen(at, targetMillis),
    endedAt: null,
  };
}

/** Pauses a clock. A breach before that stays. */
export function pause(clock: SlaClock, at: number, time: OpenTime): SlaClock {
  if (clock.runningSince === null || clock.endedAt !== null) return clock;
  const used = clock.used + time.openBetween(clock.runningSince, at);
  return { ...clock, used, runningSince: null, breachAt: breachedBy(clock, at) };
}

/** Resumes a paused clock. */
export function resume(clock: SlaClock, at: number, time: OpenTime): SlaClock {
  if (clock.runningSince !== null || clock.endedAt !== null) return clock;
  const breachAt = clock.breachAt ?? time.afterOpen(at, clock.targetMillis - clock.used);
  return { ...clock, runningSince: at, breachAt };
}

/**
 * Changes the target, as of the beginning of the spell (severity, category or team was changed), and the hours in which
 * the clock runs from now on. A clock that has used up the new target breaches now; a breach before that stays.
 */
export function retarget(
  clock: SlaClock,
  at: number,
  targetSeconds: number,
  time: OpenTime,
  from: OpenTime = time,
): SlaClock {
  const targetMillis = targetSeconds * 1000;
  if (clock.endedAt !== null || (targetMillis === clock.targetMillis && from === time)) return clock;
  const broken = breachedBy(clock, at);
  const running = clock.runningSince !== null;
  const used = clock.used + (running ? from.openBetween(clock.runningSince!, at) : 0);
  const left = Math.max(0, targetMillis - used);
  const next = running || left === 0 ? time.afterOpen(at, left) : null;
  return { ...clock, targetMillis, used, runningSince: running ? at : null, breachAt: broken ?? next };
}

/** Stops a clock for good: met or breached, it stays so. */
export function fulfil(clock: SlaClock, at: number, time: OpenTime): SlaClock {
  if (clock.endedAt !== null) return clock;
  return { ...pause(clock, at, time), endedAt: at };
}

/** Whether the clock has breached at a time, `breachAt` included. */
export function isBreached(clock: SlaClock, asOf: number): boolean {
  return breachedBy(clock, asOf) !== null;
}

/** Open ms used until a time. */
export function usedAt(clock: SlaClock, asOf: number, time: OpenTime): number {
  return clock.used + (clock.runningSince === null ? 0 : time.openBetween(clock.runningSince, asOf));
}

function breachedBy({ breachAt }: SlaClock, at: number): number | null {
  return breachAt !== null && breachAt <= at ? breachAt : null;
}

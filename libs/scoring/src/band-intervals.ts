import { bandOfLevel, type ChurnBand } from './churn-bands.js';
import { WEEK } from './duration.js';
import { levelsAhead, type Range } from './levels-ahead.js';

/** A time of silence in one band: from `from` (ms, inclusive) to `to` (exclusive; null: no change found after). */
export interface BandInterval {
  readonly band: ChurnBand;
  readonly from: number;
  readonly to: number | null;
}

/** What is to be searched for bands. */
export interface SilenceAhead {
  /** The excess risk at a time, if nothing happens until then. Any shape; it may jump at the breakpoints only. */
  excessAt(at: number): number;
  /** See `ScoreAhead`. */
  excessBetween?(from: number, to: number): Range;
  /** The customer's last event, ms: silence begins here. */
  readonly from: number;
  /** How far to look, ms. */
  readonly until: number;
  /** Times (ms) at which the excess jumps: breaches, promises that fall due, anniversaries. */
  readonly breakpoints: readonly number[];
  /** Lower edges of medium, high and critical, in millionths (`bandEdges`). */
  readonly edges: readonly number[];
  readonly lostAfterWeeks: number;
}

/** The bands through which silence alone will take a customer; critical turns into lost after its weeks. */
export function bandIntervals(ahead: SilenceAhead): readonly BandInterval[] {
  const { excessAt: scoreAt, excessBetween: rangeBetween, from, until, breakpoints, edges } = ahead;
  const levels = levelsAhead({ scoreAt, rangeBetween, from, until, breakpoints, edges });
  return levels.flatMap((interval): BandInterval[] => {
    const { to } = interval;
    const lostAt = interval.from + ahead.lostAfterWeeks * WEEK;
    const band = bandOfLevel(interval.level);
    if (band !== 'critical' || (to !== null && lostAt >= to)) return [{ band, from: interval.from, to }];
    return [
      { band, from: interval.from, to: lostAt },
      { band: 'lost', from: lostAt, to },
    ];
  });
}

/** The interval that holds `at`; undefined before the first. */
export function intervalAt(intervals: readonly BandInterval[], at: number): BandInterval | undefined {
  return intervals.findLast((interval) => interval.from <= at);
}

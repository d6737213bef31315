import { bandLevel, bandOfLevel, type ChurnBand } from './churn-bands.js';
import { DAY, WEEK } from './duration.js';
import { signChange } from './root-search.js';

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

/** How far ahead bands are looked for by default: until nothing changes any more. */
export const BAND_HORIZON = 30 * 365 * DAY;

/** Where to look after silence begins (days): closely at first, when a frequent buyer's silence tells quickly. */
const AFTER_SILENCE = [0.125, 0.5, 1, 2, 4, 7, 12, 20, 30, 45, 65, 90, 120, 160, 210, 280, 380, 520, 730];
/** And after a jump: whatever starts there decays with a half-life of at least 30 days. */
const AFTER_JUMP = [15, 40, 80, 150];
/** Beyond the last of them everything is slow: each step so many times as far as the one before. */
const GROWTH = 1.7;

/**
 * The bands through which silence alone will take a customer, found by looking at a few dozen times, at the extremes
 * between them, and then for each crossing to the whole second (jumps: to the millisecond). Nothing is assumed to be
 * monotone: decaying complaints may lower a risk that silence raises.
 */
export function bandIntervals(ahead: SilenceAhead): readonly BandInterval[] {
  const { edges } = ahead;
  const levelAt = (value: number) => bandLevel(Math.round(value), edges);
  const changes: { at: number; level: number }[] = [];
  let level = -1;
  const enter = (at: number, next: number) => {
    if (next !== level) changes.push({ at, level: next });
    level = next;
  };
  for (const piece of pieces(ahead)) {
    const valueAt = (at: number) => ahead.excessAt(at) * 1e6;
    const samples = withExtremes(valueAt, sampled(valueAt, piece), edges);
    enter(piece[0]!, levelAt(samples[0]!.value));
    for (let i = 1; i < samples.length; i++) {
      crossings(valueAt, samples[i - 1]!, samples[i]!, edges, enter);
    }
  }
  return withLost(changes, edges.length, ahead);
}

interface Sample {
  readonly at: number;
  readonly value: number;
}

/** The times to look at, ascending, one list for each stretch without a jump; its last one is just before the next jump. */
function pieces({ from, until, breakpoints }: SilenceAhead): number[][] {
  const jumps = [...new Set(breakpoints)].filter((at) => at > from && at < until).sort((a, b) => a - b);
  const starts = [from, ...jumps];
  const grid: number[] = AFTER_SILENCE.map((days) => from + days * DAY);
  for (let days = 730 * GROWTH; from + days * DAY < until; days *= GROWTH) grid.push(from + days * DAY);
  return starts.map((start, i) => {
    const end = i + 1 < starts.length ? starts[i + 1]! - 1 : until;
    const after = i === 0 ? [] : AFTER_JUMP.map((days) => start + days * DAY);
    const within = [...grid, ...after].map(Math.round).filter((at) => at > start && at < end);
    return end > start ? [start, ...within.sort((a, b) => a - b), end] : [start];
  });
}

function sampled(valueAt: (at: number) => number, times: readonly number[]): Sample[] {
  return times.map((at) => ({ at, value: valueAt(at) }));
}

/** Adds the highest or lowest point between samples where it lies in another band than its neighbours. */
function withExtremes(
  valueAt: (at: number) => number,
  samples: readonly Sample[],
  edges: readonly number[],
): Sample[] {
  const result: Sample[] = [];
  for (let i = 0; i < samples.length; i++) {
    const before = samples[i - 1];
    const here = samples[i]!;
    const after = samples[i + 1];
    const turn = before && after ? turnOf(before, here, after) : 0;
    if (turn === 0 || !mayCross(before!, here, after!, turn, edges)) {
      result.push(here);
      continue;
    }
    const extreme = turningPoint(valueAt, before!, after!, turn);
    result.push(
      ...[extreme, here].sort((a, b) => a.at - b.at).filter((s, k, all) => k === 0 || s.at > all[0]!.at),
    );
  }
  return result;
}

/** 1 for a peak, −1 for a trough, 0 for neither. */
function turnOf(before: Sample, here: Sample, after: Sample): -1 | 0 | 1 {
  if (here.value > before.value && here.value > after.value) return 1;
  return here.value < before.value && here.value < after.value ? -1 : 0;
}

/** Whether the curve, which turns here, could reach the next edge: by twice what the neighbours fall away, and a little. */
function mayCross(
  before: Sample,
  here: Sample,
  after: Sample,
  turn: -1 | 1,
  edges: readonly number[],
): boolean {
  const swing = Math.max(Math.abs(here.value - before.value), Math.abs(here.value - after.value));
  const reach = here.value + turn * (2 * swing + 1);
  return bandLevel(Math.round(reach), edges) !== bandLevel(Math.round(here.value), edges);
}

/** The extreme between two times by golden section, to the second. */
function turningPoint(valueAt: (at: number) => number, before: Sample, after: Sample, turn: -1 | 1): Sample {
  const golden = (Math.sqrt(5) - 1) / 2;
  let lo = before.at;
  let hi = after.at;
  let left = sampleAt(valueAt, hi - golden * (hi - lo));
  let right = sampleAt(valueAt, lo + golden * (hi - lo));
  while (hi - lo > 60_000) {
    if (turn * left.value >= turn * right.value) {
      hi = right.at;
      right = left;
      left = sampleAt(valueAt, hi - golden * (hi - lo));
    } else {
      lo = left.at;
      left = right;
      right = sampleAt(valueAt, lo + golden * (hi - lo));
    }
  }
  return turn * left.value >= turn * right.value ? left : right;
}

function sampleAt(valueAt: (at: number) => number, at: number): Sample {
  const whole = Math.round(at);
  return { at: whole, value: valueAt(whole) };
}

/** Enters every band between two samples, at the first whole second of each. */
function crossings(
  valueAt: (at: number) => number,
  from: Sample,
  to: Sample,
  edges: readonly number[],
  enter: (at: number, level: number) => void,
): void {
  const last = bandLevel(Math.round(to.value), edges);
  let { at, value } = from;
  for (
    let level = bandLevel(Math.round(value), edges);
    level !== last;
    level = bandLevel(Math.round(value), edges)
  ) {
    // A published number is rounded, so a band begins half a millionth below its edge.
    const edge = (last > level ? edges[level]! : edges[level - 1]!) - 0.5;
    const lo = Math.floor(at / 1000);
    const hi = Math.ceil(to.at / 1000);
    if (hi - lo <= 1) return enter(to.at, last);
    const second = signChange(
      (s) => valueAt(clamp(s * 1000, at, to.at)) - edge,
      lo,
      hi,
      value - edge,
      to.value - edge,
    );
    at = clamp(second * 1000, at, to.at);
    value = valueAt(at);
    enter(at, bandLevel(Math.round(value), edges));
    if (at === to.at) return;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** The intervals between the changes; the top band turns into `lost` after its time. */
function withLost(
  changes: readonly { at: number; level: number }[],
  top: number,
  { lostAfterWeeks }: SilenceAhead,
): BandInterval[] {
  const intervals: BandInterval[] = [];
  changes.forEach(({ at, level }, i) => {
    const to = changes[i + 1]?.at ?? null;
    const lostAt = at + lostAfterWeeks * WEEK;
    if (level === top && (to === null || lostAt < to)) {
      intervals.push({ band: 'critical', from: at, to: lostAt }, { band: 'lost', from: lostAt, to });
    } else intervals.push({ band: bandOfLevel(level), from: at, to });
  });
  return intervals;
}

/** The interval that holds `at`; undefined before the first. */
export function intervalAt(intervals: readonly BandInterval[], at: number): BandInterval | undefined {
  return intervals.findLast((interval) => interval.from <= at);
}

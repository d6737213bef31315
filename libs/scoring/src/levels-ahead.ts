import { DAY } from './duration.js';
import { signChange } from './root-search.js';
import { type Curve, type Sample, sampleAt, withTurningPoints } from './turning-points.js';

/** How many edges a value has reached: 0 below the first. */
export function levelOf(value: number, edges: readonly number[]): number {
  let level = 0;
  while (level < edges.length && value >= edges[level]!) level++;
  return level;
}

/** A time on one level: from `from` (ms, inclusive) to `to` (exclusive; null: no change found after). */
export interface LevelInterval {
  readonly level: number;
  readonly from: number;
  readonly to: number | null;
}

/** The least and the most of something. */
export type Range = readonly [least: number, most: number];

/** A score that time alone changes, and the edges at which its level does. */
export interface ScoreAhead {
  /** The score at a time (ms), if nothing happens until then. Any shape; it may jump at the breakpoints only. */
  scoreAt(at: number): number;
  /**
   * What the score can be from one time to another, both included, jumps between them too: wider than it is at will,
   * never narrower. Where that is all on one level nothing has to be looked at; absent: everything is.
   */
  rangeBetween?(from: number, to: number): Range;
  /** The last event, ms: silence begins here. */
  readonly from: number;
  /** How far to look, ms. */
  readonly until: number;
  /** Times (ms) at which the score jumps: breaches, promises that fall due, anniversaries. */
  readonly breakpoints: readonly number[];
  /** Lower edges of the levels above the first, ascending, in millionths. */
  readonly edges: readonly number[];
}

/** How far ahead to look unless said: until hardly anything changes any more. */
export const BAND_HORIZON = 30 * 365 * DAY;

/** Where to look after silence begins (days): closely at first, when a frequent buyer's silence tells quickly. */
const AFTER_SILENCE = [0.125, 0.5, 1, 2, 4, 7, 12, 20, 30, 45, 65, 90, 120, 160, 210, 280, 380, 520, 730];
/** And after a jump (days): whatever starts there decays with a half-life of at least 30 days. */
const AFTER_JUMP = [15, 40, 80, 150];
/** Jumps later than this (days) are a contract's anniversaries: nothing starts to decay there. */
const LATE_JUMP = 3 * 365;
/** Later everything is slow: each look is so many times as far away as the one before. */
const GROWTH = 1.7;

/**
 * The levels through which time alone will take a score, found by looking at a few dozen times, at the extremes between
 * them, and then for each crossing to the whole second (jumps: to the millisecond). Nothing is assumed to be monotone:
 * decaying complaints may lower a risk that silence raises.
 */
export function levelsAhead(ahead: ScoreAhead): readonly LevelInterval[] {
  const changes = new Changes(ahead.edges);
  // A published number is rounded, so a level begins half a millionth below its edge.
  const curve: Curve = (at) => ahead.scoreAt(at) * 1e6 + 0.5;
  const { starts, ends } = stretches(ahead);
  for (let i = 0; i < starts.length; i++) {
    const [start, end] = [starts[i]!, ends[i]!];
    // What changes at all changes soon: the rest is mostly on one level, down to its end.
    const rest = levelBetween(ahead, start, ahead.until);
    const level = rest ?? levelBetween(ahead, start, end);
    if (level !== undefined) changes.enter(start, level);
    else lookClosely(curve, lookingTimes(ahead.from, start, end), changes);
    if (rest !== undefined) break;
  }
  return changes.intervals();
}

/** Enters the levels of a stretch without a jump. */
function lookClosely(curve: Curve, times: readonly number[], changes: Changes): void {
  const { edges } = changes;
  const crosses = (a: number, b: number) => levelOf(a, edges) !== levelOf(b, edges);
  const looked = times.map((at) => sampleAt(curve, at));
  const samples = withTurningPoints(curve, looked, crosses);
  changes.enterSample(samples[0]!);
  for (let i = 1; i < samples.length; i++) crossings(curve, samples[i - 1]!, samples[i]!, changes);
}

/** What rounding may have moved a range's ends by, millionths. */
const SLACK = 1e-3;

/** The level on which the score stays from one time to another; undefined where it may leave it. */
function levelBetween({ rangeBetween, edges }: ScoreAhead, from: number, to: number): number | undefined {
  if (rangeBetween === undefined) return undefined;
  const [least, most] = rangeBetween(from, to);
  const level = levelOf(least * 1e6 + 0.5 - SLACK, edges);
  return level === levelOf(most * 1e6 + 0.5 + SLACK, edges) ? level : undefined;
}

/** Collects where the level changes. */
class Changes {
  private readonly found: { at: number; level: number }[] = [];

  constructor(readonly edges: readonly number[]) {}

  enterSample({ at, value }: Sample): void {
    this.enter(at, levelOf(value, this.edges));
  }

  enter(at: number, level: number): void {
    if (level !== this.found.at(-1)?.level) this.found.push({ at, level });
  }

  intervals(): LevelInterval[] {
    return this.found.map(({ at, level }, i) => ({ level, from: at, to: this.found[i + 1]?.at ?? null }));
  }
}

/** Where the stretches without a jump begin, and where they end: just before the next. */
function stretches({ from, until, breakpoints }: ScoreAhead): { starts: number[]; ends: number[] } {
  const jumps = [...new Set(breakpoints)].filter((at) => at > from && at < until).sort((a, b) => a - b);
  return { starts: [from, ...jumps], ends: [...jumps.map((at) => at - 1), until] };
}

/** The times to look at in a stretch, ascending; `silence` is when silence began. */
function lookingTimes(silence: number, start: number, end: number): number[] {
  const times = [start];
  const add = (at: number) => {
    if (at > start && at < end) times.push(at);
  };
  for (const days of AFTER_SILENCE) add(Math.round(silence + days * DAY));
  for (let days = 730 * GROWTH; silence + days * DAY < end; days *= GROWTH)
    add(Math.round(silence + days * DAY));
  if (start > silence && start - silence <= LATE_JUMP * DAY) {
    for (const days of AFTER_JUMP) add(start + days * DAY);
    times.sort((a, b) => a - b);
  }
  if (end > start) times.push(end);
  return times;
}

/** Enters every level between two samples, at the first whole second of each. */
function crossings(curve: Curve, from: Sample, to: Sample, changes: Changes): void {
  const { edges } = changes;
  const last = levelOf(to.value, edges);
  let here = from;
  for (let level = levelOf(here.value, edges); level !== last; level = levelOf(here.value, edges)) {
    const edge = last > level ? edges[level]! : edges[level - 1]!;
    const [lo, hi] = [Math.floor(here.at / 1000), Math.ceil(to.at / 1000)];
    if (hi - lo <= 1) return changes.enterSample(to);
    const { at } = here;
    const instant = (second: number) => Math.min(to.at, Math.max(at, second * 1000));
    const above = (second: number) => curve(instant(second)) - edge;
    here = sampleAt(curve, instant(signChange(above, lo, hi, here.value - edge, to.value - edge)));
    changes.enterSample(here);
    if (here.at === to.at) return;
  }
}

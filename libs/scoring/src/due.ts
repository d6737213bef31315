import type { Drift, Range } from './drift.js';
import { DAY } from './duration.js';
import { millionths } from './millionths.js';
import { signChange } from './root-search.js';

/** Divides published scores into cells: a change counts only when it moves the score into another cell. */
export interface Grid {
  /** Width of a rounding step in millionths (10,000: two decimals); absent: only the edges count. */
  readonly step?: number;
  /** Lower edges of bands in millionths, ascending. */
  readonly edges: readonly number[];
}

/** Two decimals, no bands. */
export const HUNDREDTHS: Grid = { step: 10_000, edges: [] };

/** A score as it is stored in a row: the published number (six decimals) rounded to two decimals, halves up. */
export function round2(value: number): number {
  return (Math.round(millionths(value) / HUNDREDTHS.step!) + 0) / 100;
}

/** How many edges a published value (millionths) has reached: 0 below the first. */
export function levelOf(value: number, edges: readonly number[]): number {
  let level = 0;
  while (level < edges.length && value >= edges[level]!) level++;
  return level;
}

/** The last instant that RFC 3339 can express; searches end there. */
export const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Width of the first window that is examined, ms; and the factor by which windows grow while nothing changes. */
const FIRST_WINDOW = 8 * 3_600_000;
const GROWTH = 4;

/** A window whose bounds do not fit is narrowed to this share of where they should. */
const CAUTION = 0.9;

/** After this many windows the search ends, and answers with the time up to which it has proved that nothing changes. */
const WINDOWS_AT_MOST = 60;

/**
 * The first instant (ms) after `from` at which the published score lies in another cell of the grid than at `from`;
 * null: none until `until`. Exact to the millisecond, except that an excursion of less than a millionth may be missed.
 * The answer is never late, but it may be early if parts of the score nearly cancel each other (at most one search in
 * twenty): a row derived at such a time is the same row with a later due time. Costs 10 to 50 evaluations of the score,
 * at most some 200.
 */
export function dueAfter(drift: Drift, grid: Grid, from: number, until = END_OF_TIME): number | null {
  if (from >= until) return null;
  const cell = cellOf(millionths(drift.valueAt(from)), grid);
  // Many scores never leave their cell: one look at the whole future tells.
  if (fits(drift.rangeBetween(from, until), cell)) return null;
  // Nothing changes up to `sure`. `exit`: an instant outside of the cell that was found, perhaps not the first one.
  let [sure, width] = [from, FIRST_WINDOW];
  let exit: number | undefined;
  for (let windows = 0; windows < WINDOWS_AT_MOST; windows++) {
    const limit = exit === undefined ? until : exit - 1;
    const { end, range, inside } = windowFrom(drift, cell, sure, Math.min(limit, sure + width));
    if (inside && end === limit) return exit ?? null;
    if (exit !== undefined && end === limit && range[1] - range[0] < 1e-6) return exit;
    if (inside) {
      sure = end;
      width = exit === undefined ? width * GROWTH : exit - sure;
      continue;
    }
    if (sideOf(drift.valueAt(end), cell) !== 0) exit = crossingBetween(drift, cell, sure, end);
    if (exit !== undefined && exit - sure <= 1) return exit;
    const share = Math.min(1, shareThatFits(range, drift.valueAt(sure), cell));
    width = Math.max(1, Math.floor(CAUTION * share * (end - sure)));
    if (end - sure <= 1) sure = end;
  }
  return Math.max(sure, from + 1);
}

/** Bounds that have grown this wide in time without leaving the cell: the whole future may lie in it. */
const LONG = 60 * DAY;
/** A bound that comes earlier than the change by at most this share, or this time (ms), is good enough. */
const NEARLY = 0.005;
const SOON = 15_000;
/** A bound costs so many windows at most. */
const BOUND_WINDOWS = 12;

/**
 * An instant (ms) after `from` before which the published score certainly stays in its cell of the grid; null: certainly
 * until `until`. For rows, which are derived again then: never late, early by some hundredths of the time at most where
 * parts of the score do not cancel each other, and a third of the cost of `dueAfter` or less, since each window is
 * predicted from the one before.
 */
export function unchangedBefore(drift: Drift, grid: Grid, from: number, until = END_OF_TIME): number | null {
  if (from >= until) return null;
  const cell = cellOf(millionths(drift.valueAt(from)), grid);
  let [sure, width] = [from, FIRST_WINDOW];
  for (let windows = 0; windows < BOUND_WINDOWS; windows++) {
    if (width > LONG && fits(drift.rangeBetween(sure, until), cell)) return null;
    const { end, range, inside, isJump } = windowFrom(drift, cell, sure, Math.min(until, sure + width));
    if (inside && end === until) return null;
    const share = shareThatFits(range, drift.valueAt(sure), cell);
    if (!inside && end - sure <= 1) return end;
    if (!inside) width = Math.max(1, Math.floor(CAUTION * Math.min(1, share) * (end - sure)));
    else if (isJump) {
      sure = end;
      width = FIRST_WINDOW;
    } else {
      // What was just proved says how fast the bounds widen: the rest of the room is the next window.
      const left = (share - 1) * (end - sure);
      sure = end;
      if (left <= Math.max(SOON, NEARLY * (sure - from))) break;
      width = Math.max(1, Math.floor(Math.min(0.99 * left, width * GROWTH)));
    }
  }
  return sure + 1;
}

/** A stretch of time with the bounds of the score in it. */
interface Window {
  readonly end: number;
  readonly range: Range;
  /** Whether the score certainly stays in the cell. */
  readonly inside: boolean;
  /** Whether it is a jump: a window of its own, a millisecond wide. */
  readonly isJump: boolean;
}

/** The window up to `end`; where its bounds do not fit it ends before the next jump. */
function windowFrom(drift: Drift, cell: Cell, sure: number, end: number): Window {
  const range = drift.rangeBetween(sure, end);
  const inside = fits(range, cell);
  const jump = inside ? Infinity : drift.jumpAfter(sure);
  if (jump > end) return { end, range, inside, isJump: false };
  const cut = jump - sure > 1 ? jump - 1 : jump;
  const shorter = drift.rangeBetween(sure, cut);
  return { end: cut, range: shorter, inside: fits(shorter, cell), isJump: cut === jump };
}

/** Whether bounds lie inside the cell. */
function fits([least, most]: Range, cell: Cell): boolean {
  return millionths(least) >= cell.least && millionths(most) < cell.below;
}

/** The share of a window (above 1: a multiple) whose bounds fit, if they widen evenly from the value at its beginning. */
function shareThatFits([least, most]: Range, here: number, cell: Cell): number {
  const room = (distance: number, way: number) => (way > 0 ? Math.max(0, distance) / way : Infinity);
  const down = room(here - (cell.least - 0.5) / 1e6, here - least);
  const up = room((cell.below - 0.5) / 1e6 - here, most - here);
  return Math.min(down, up);
}

/** 1 above the cell, −1 below, 0 inside: by the published integer. */
function sideOf(value: number, { least, below }: Cell): -1 | 0 | 1 {
  const published = millionths(value);
  return published >= below ? 1 : published < least ? -1 : 0;
}

/** An instant on the side of the cell on which `to` is, with the millisecond before it not on that side. */
function crossingBetween(drift: Drift, cell: Cell, from: number, to: number): number {
  const side = sideOf(drift.valueAt(to), cell);
  const beyond = (at: number): number => {
    const value = drift.valueAt(at);
    const distance = side > 0 ? value * 1e6 + 0.5 - cell.below : cell.least - (value * 1e6 + 0.5);
    // The distance guides the search; the published integer decides the side.
    return sideOf(value, cell) === side ? Math.max(distance, 0) : Math.min(distance, -Number.MIN_VALUE);
  };
  return signChange(beyond, from, to);
}

/** A range of published values in millionths: `least` included, `below` excluded. */
interface Cell {
  readonly least: number;
  readonly below: number;
}

function cellOf(value: number, { step, edges }: Grid): Cell {
  const level = levelOf(value, edges);
  // Bands published before their order was checked may overlap: the greatest edge reached is the one that counts.
  let least = Math.max(-Infinity, ...edges.slice(0, level));
  let below = edges[level] ?? Infinity;
  if (step !== undefined) {
    const middle = Math.round(value / step) * step;
    least = Math.max(least, middle - step / 2);
    below = Math.min(below, middle + step / 2);
  }
  return { least, below };
}

/** After this many early due times in a row the score all but touches an edge, and bounds no longer get on. */
const EARLY_AT_MOST = 50;
/** From there on it is looked at once a day, later once in so large a share of the time since. */
const LOOK_SHARE = 0.02;

/**
 * The first instant after `from` at which `shown` differs, found by going from one due time to the next; null: none is
 * found by `until`. Where the score all but touches an edge, a change that is taken back within a day may be missed.
 */
export function firstChange(
  shown: (at: number) => unknown,
  from: number,
  dueAfterThat: (at: number) => number | null,
  until = END_OF_TIME,
): number | null {
  const before = shown(from);
  let due = from;
  for (let i = 0; i < EARLY_AT_MOST; i++) {
    const next = dueAfterThat(due);
    if (next === null || shown(next) !== before) return next;
    due = next;
  }
  for (let sure = due; sure < until;) {
    const at = Math.min(until, sure + Math.max(DAY, Math.floor((sure - due) * LOOK_SHARE)));
    if (shown(at) !== before) return signChange((time) => (shown(time) === before ? -1 : 1), sure, at);
    sure = at;
  }
  return null;
}

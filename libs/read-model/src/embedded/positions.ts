import type { Position } from '#event-sourcing';

/** Positions are read in two halves: some stores' exceed 2^53, and reading every integer as a bigint is slow. */
const HALF = 2_147_483_648;

/** The two columns to select for a position's column. */
export const halves = (column: string) => `${column} >> 31, ${column} & 2147483647`;

/** The position of the two columns `halves` selects. */
export function positionFrom(high: unknown, low: unknown): Position {
  const upper = high as number;
  return upper < 4_194_304
    ? BigInt(upper * HALF + (low as number))
    : BigInt(upper) * BigInt(HALF) + BigInt(low as number);
}

/** The position as SQLite takes it. */
export function bound(position: Position): number | bigint {
  return position <= 9_007_199_254_740_991n ? Number(position) : position;
}

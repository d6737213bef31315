/**
 * The number as an integer of millionths, halves upward: what sums of published numbers are made of. Every score passes
 * here before it is published, so that NaN and infinity, which JSON would write as null, end here with a RangeError.
 */
export function millionths(value: number): number {
  if (!Number.isFinite(value))
    throw new RangeError(`A score must be a finite number to be published, not ${value}`);
  return Math.round(value * 1e6) + 0;
}

/** A count of millionths as a number: its shortest decimal has at most six places. */
export function fromMillionths(count: number): number {
  return count / 1e6;
}

/** A number as it is published: six decimal places, so that another version of Node gives the same. */
export function round6(value: number): number {
  return fromMillionths(millionths(value));
}

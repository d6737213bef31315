/**
 * A number in whole millionths, halves rounded up. Every score passes here before it is published. Throws a RangeError
 * for NaN and infinity, which JSON would write as null.
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

/** A number as it is published: six decimal places, so that every version of Node publishes the same. */
export function round6(value: number): number {
  return fromMillionths(millionths(value));
}

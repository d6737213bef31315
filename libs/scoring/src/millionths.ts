/** The number as an integer of millionths, halves upward: what sums of published numbers are made of. */
export function millionths(value: number): number {
  return Math.round(value * 1e6) + 0;
}

/** The number that so many millionths are: its shortest decimal has at most six places. */
export function fromMillionths(count: number): number {
  return count / 1e6;
}

/** A number as it is published: six decimal places, so that another version of Node gives the same. */
export function round6(value: number): number {
  return fromMillionths(millionths(value));
}

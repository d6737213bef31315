/** The least and the greatest value of something. */
export type Range = readonly [least: number, most: number];

/** A number that changes with time alone, from a customer's last event on. */
export interface Drift {
  /** The number at a time (ms), not rounded, if nothing happens until then. It may jump. */
  valueAt(at: number): number;
  /**
   * Bounds of the number between two times (ms, both included), jumps included. They may be wider than its own range,
   * never narrower, and must close in on it as the times do.
   */
  rangeBetween(from: number, to: number): Range;
  /** The first instant (ms) after a time at which it may jump; Infinity where there is none. */
  jumpAfter(at: number): number;
}

const NEVER = () => Infinity;

/** A number that only rises or only falls as time goes by: its ends are its bounds. */
export function monotone(valueAt: (at: number) => number, jumpAfter: Drift['jumpAfter'] = NEVER): Drift {
  // A search asks for many windows that begin at the same time, and then for the value at the end of the last one.
  let [begin, first, other, last] = [NaN, NaN, NaN, NaN];
  const known = (at: number): number => {
    if (at === begin) return first;
    if (at !== other) [other, last] = [at, valueAt(at)];
    return last;
  };
  return {
    valueAt: known,
    rangeBetween(from, to) {
      if (from !== begin) [begin, first] = [from, known(from)];
      const end = known(to);
      return first <= end ? [first, end] : [end, first];
    },
    jumpAfter,
  };
}

/** A number that does not change. */
export function constant(value: number): Drift {
  const range: Range = [value, value];
  return { valueAt: () => value, rangeBetween: () => range, jumpAfter: NEVER };
}

/** The sum of numbers, added in this order. */
export function sumOf(parts: readonly Drift[]): Drift {
  return {
    valueAt(at) {
      let sum = 0;
      for (const part of parts) sum += part.valueAt(at);
      return sum;
    },
    rangeBetween(from, to) {
      let [least, most] = [0, 0];
      for (const part of parts) {
        const range = part.rangeBetween(from, to);
        least += range[0];
        most += range[1];
      }
      return [least, most];
    },
    jumpAfter: (at) => jumpOf(parts, at),
  };
}

/** The first instant after a time at which one of several may jump. */
export function jumpOf(parts: Iterable<Drift>, at: number): number {
  let first = Infinity;
  for (const part of parts) first = Math.min(first, part.jumpAfter(at));
  return first;
}

/** A function of a number, which only rises or only falls with it. */
export function mapped(drift: Drift, map: (value: number) => number): Drift {
  return {
    valueAt: (at) => map(drift.valueAt(at)),
    rangeBetween(from, to) {
      const range = drift.rangeBetween(from, to);
      const [one, other] = [map(range[0]), map(range[1])];
      return one <= other ? [one, other] : [other, one];
    },
    jumpAfter: drift.jumpAfter,
  };
}

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
}

/** A number that only rises or only falls as time goes by: its ends are its bounds. */
export function monotone(valueAt: (at: number) => number): Drift {
  return {
    valueAt,
    rangeBetween(from, to) {
      const [one, other] = [valueAt(from), valueAt(to)];
      return one <= other ? [one, other] : [other, one];
    },
  };
}

/** A number that does not change. */
export function constant(value: number): Drift {
  return { valueAt: () => value, rangeBetween: () => [value, value] };
}

/** The sum of numbers, added in this order. */
export function sumOf(parts: readonly Drift[]): Drift {
  return {
    valueAt: (at) => parts.reduce((sum, part) => sum + part.valueAt(at), 0),
    rangeBetween(from, to) {
      let [least, most] = [0, 0];
      for (const part of parts) {
        const range = part.rangeBetween(from, to);
        least += range[0];
        most += range[1];
      }
      return [least, most];
    },
  };
}

/** A function of a number, which only rises or only falls with it. */
export function mapped(drift: Drift, map: (value: number) => number): Drift {
  return {
    valueAt: (at) => map(drift.valueAt(at)),
    rangeBetween(from, to) {
      const [least, most] = drift.rangeBetween(from, to);
      const [one, other] = [map(least), map(most)];
      return one <= other ? [one, other] : [other, one];
    },
  };
}

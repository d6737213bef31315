/** Times (ms) from which something counts as missed, each with the id of what is awaited, earliest first. */
export type Deadlines = readonly (readonly [at: number, id: string])[];

/** The deadlines with one more. */
export function withDeadline(deadlines: Deadlines, at: number, id: string): Deadlines {
  let place = deadlines.length;
  while (place > 0 && isAfter(deadlines[place - 1]!, at, id)) place--;
  return [...deadlines.slice(0, place), [at, id], ...deadlines.slice(place)];
}

/** The deadlines without that one; the same object when it was not among them. */
export function withoutDeadline(deadlines: Deadlines, at: number, id: string): Deadlines {
  const place = deadlines.findIndex((deadline) => deadline[0] === at && deadline[1] === id);
  return place < 0 ? deadlines : [...deadlines.slice(0, place), ...deadlines.slice(place + 1)];
}

/** Those that are missed at `at`, and those that are not yet. */
export function passedBy(
  deadlines: Deadlines,
  at: number,
): { readonly passed: Deadlines; readonly ahead: Deadlines } {
  const count = countPassed(deadlines, at);
  return count === 0
    ? { passed: [], ahead: deadlines }
    : { passed: deadlines.slice(0, count), ahead: deadlines.slice(count) };
}

/** How many are missed at `at`. */
export function countPassed(deadlines: Deadlines, at: number): number {
  let [low, high] = [0, deadlines.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (deadlines[middle]![0] <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Ids order what is due at the same time, so that sums are the same in whatever order things were heard of. */
function isAfter(deadline: readonly [number, string], at: number, id: string): boolean {
  return deadline[0] > at || (deadline[0] === at && deadline[1] > id);
}

/** Longer inputs get no suggestion: it bounds the work that a hostile input can cause. */
const LONGEST = 64;

/**
 * The name among `known` that a person most likely meant by `written`, or undefined when none is near: at most one typing
 * error (a letter more, less, other, or two exchanged) per three letters; case does not count. Inputs of more than 64
 * characters get no suggestion.
 */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  if (written.length > LONGEST) return undefined;
  const lower = written.toLowerCase();
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const name of known) {
    // Each letter more or less is an error of its own.
    if (Math.abs(name.length - written.length) >= fewest) continue;
    const errors = editDistance(lower, name.toLowerCase());
    if (errors < fewest) [best, fewest] = [name, errors];
  }
  return best;
}

/** Optimal string alignment distance: insertions, deletions, substitutions, exchanges of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(substituted, above[j]! + 1, current[j - 1]! + 1);
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (exchanged) least = Math.min(least, before[j - 2]! + 1);
      current.push(least);
    }
    [before, above] = [above, current];
  }
  return above[b.length]!;
}

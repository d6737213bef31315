/** The word that was probably meant: at most a third of its letters differ, case aside. Undefined when none is near. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  if (text.length > 64) return undefined;
  const wanted = text.toLowerCase();
  let best: string | undefined;
  let least = Infinity;
  for (const word of words) {
    const distance = editDistance(wanted, word.toLowerCase());
    if (distance < least && distance <= Math.floor(word.length / 3)) {
      best = word;
      least = distance;
    }
  }
  return best;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

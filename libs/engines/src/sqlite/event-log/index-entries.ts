/**
 * Entries of the derived index are six words, ordered by the first four, their key:
 *
 *     ids       id, 4 words                                    position low, high
 *     streams   hash of the name, 3 words; revision            position low, high
 *     types     the log's number of the type; 0; first position of a block, high, low; and again low, high
 */
export const ENTRY_WORDS = 6;
export const ENTRY_BYTES = 4 * ENTRY_WORDS;

/** The three kinds of entries, in the order in which a segment holds them. */
export const SECTIONS = ['ids', 'streams', 'types'] as const;
export type SectionName = (typeof SECTIONS)[number];

export type Entries = Readonly<Record<SectionName, Uint32Array>>;

const HIGH = 0x100000000;

export function high(position: number): number {
  return Math.floor(position / HIGH);
}

/** The position of the entry that begins at `at`. */
export function positionOf(entries: Uint32Array, at: number): number {
  return entries[at + 5]! * HIGH + entries[at + 4]!;
}

/** Negative when the key at `a` comes before that at `b`. */
export function compareKeys(left: Uint32Array, a: number, right: Uint32Array, b: number): number {
  return (
    left[a]! - right[b]! ||
    left[a + 1]! - right[b + 1]! ||
    left[a + 2]! - right[b + 2]! ||
    left[a + 3]! - right[b + 3]!
  );
}

/** The most entries that a number can count beside a word of 32 bits. */
const COUNTABLE = 2 ** 21;

/**
 * Sorts entries. The numbers sorted are first word and place, which is native and quick; entries of one stream or
 * type, whose first words are equal, come in order already, and the few others are moved.
 */
export function sortEntries(entries: Uint32Array): Uint32Array {
  const count = entries.length / ENTRY_WORDS;
  const sorted = new Uint32Array(entries.length);
  order(entries, count).forEach((from, to) => {
    let at = to * ENTRY_WORDS;
    for (let i = 0; i < ENTRY_WORDS; i++) sorted[at + i] = entries[from * ENTRY_WORDS + i]!;
    for (; at > 0 && compareKeys(sorted, at - ENTRY_WORDS, sorted, at) > 0; at -= ENTRY_WORDS)
      swap(sorted, at);
  });
  return sorted;
}

function order(entries: Uint32Array, count: number): Uint32Array {
  if (count > COUNTABLE) {
    const places = Uint32Array.from({ length: count }, (_, i) => i);
    return places.sort((a, b) => compareKeys(entries, a * ENTRY_WORDS, entries, b * ENTRY_WORDS));
  }
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) keys[i] = entries[i * ENTRY_WORDS]! * COUNTABLE + i;
  return Uint32Array.from(keys.sort(), (key) => key % COUNTABLE);
}

/** Exchanges the entry at `at` with the one before it. */
function swap(entries: Uint32Array, at: number): void {
  for (let i = 0; i < ENTRY_WORDS; i++) {
    const word = entries[at + i]!;
    entries[at + i] = entries[at + i - ENTRY_WORDS]!;
    entries[at + i - ENTRY_WORDS] = word;
  }
}

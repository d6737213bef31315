/** Words of a key: an event's id, or the hash of a stream's name. */
export const KEY_WORDS = 4;

/**
 * A hash table from keys of four words to numbers, in flat arrays: a tenth of the memory of a Map of strings,
 * and no objects for the garbage collector. Grows as needed; entries keep the order of insertion.
 */
export class KeyTable {
  #keys: Uint32Array;
  #values: Float64Array;
  /** Number of the entry + 1, by hash; twice as many as there are entries, at least. */
  #slots: Int32Array;
  #size = 0;

  /** `capacity`: the initial number of entries. */
  constructor(capacity = 1024) {
    const room = 2 ** Math.ceil(Math.log2(Math.max(16, capacity)));
    this.#keys = new Uint32Array(room * KEY_WORDS);
    this.#values = new Float64Array(room);
    this.#slots = new Int32Array(room * 2);
  }

  get size(): number {
    return this.#size;
  }

  /** All keys in the order of insertion. */
  get keys(): Uint32Array {
    return this.#keys.subarray(0, this.#size * KEY_WORDS);
  }

  value(entry: number): number {
    return this.#values[entry]!;
  }

  /** The value of the key at `at` in `words`; -1 when absent. */
  get(words: Uint32Array, at: number): number {
    const entry = this.#slots[this.#slotOf(words, at)]! - 1;
    return entry === -1 ? -1 : this.#values[entry]!;
  }

  set(words: Uint32Array, at: number, value: number): void {
    const slot = this.#slotOf(words, at);
    let entry = this.#slots[slot]! - 1;
    if (entry === -1) {
      entry = this.#size++;
      for (let i = 0; i < KEY_WORDS; i++) this.#keys[entry * KEY_WORDS + i] = words[at + i]!;
      this.#slots[slot] = this.#size;
    }
    this.#values[entry] = value;
    if (this.#size === this.#values.length) this.#grow();
  }

  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  #slotOf(words: Uint32Array, at: number): number {
    const keys = this.#keys;
    const slots = this.#slots;
    const mask = slots.length - 1;
    const a = words[at]!;
    const b = words[at + 1]!;
    const c = words[at + 2]!;
    const d = words[at + 3]!;
    let hash = Math.imul(
      a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca77) ^ Math.imul(d, 0xc2b2ae3d),
      0x27d4eb2f,
    );
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]! - 1;
      if (entry === -1) return slot;
      const key = entry * KEY_WORDS;
      if (keys[key] === a && keys[key + 1] === b && keys[key + 2] === c && keys[key + 3] === d) return slot;
    }
  }

  #grow(): void {
    const keys = this.#keys;
    this.#keys = new Uint32Array(keys.length * 2);
    this.#keys.set(keys);
    const values = this.#values;
    this.#values = new Float64Array(values.length * 2);
    this.#values.set(values);
    this.#slots = new Int32Array(values.length * 4);
    for (let entry = 0; entry < this.#size; entry++)
      this.#slots[this.#slotOf(keys, entry * KEY_WORDS)] = entry + 1;
  }
}

import { KeyTable } from './key-table.js';

/**
 * The number of events of the streams used last, in bounded memory: two tables, of which the older goes when the
 * younger is full; what is used moves to the younger.
 */
export class RecentCounts {
  #younger: KeyTable;
  #older: KeyTable;

  /** `streams`: how many to remember, about; 34 bytes each. */
  constructor(private readonly streams: number) {
    this.#younger = new KeyTable();
    this.#older = new KeyTable();
  }

  /** -1 when it is not known. */
  get(keys: Uint32Array, at: number): number {
    const count = this.#younger.get(keys, at);
    return count === -1 ? this.#older.get(keys, at) : count;
  }

  set(keys: Uint32Array, at: number, count: number): void {
    this.#younger.set(keys, at, count);
    if (this.#younger.size < this.streams / 2) return;
    [this.#younger, this.#older] = [this.#older, this.#younger];
    this.#younger.clear();
  }
}

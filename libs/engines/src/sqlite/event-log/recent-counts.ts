import { KeyTable } from './key-table.js';

/**
 * An approximate LRU cache of the number of events of streams: two tables; when the younger is full it replaces the older,
 * and streams that are used move to the younger.
 */
export class RecentCounts {
  #younger: KeyTable;
  #older: KeyTable;

  /** `streams`: about how many to keep, 34 bytes each. */
  constructor(private readonly streams: number) {
    this.#younger = new KeyTable();
    this.#older = new KeyTable();
  }

  /** -1 when unknown. */
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

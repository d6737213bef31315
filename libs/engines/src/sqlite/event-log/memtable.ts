import { ENTRY_WORDS, high, type Entries } from './index-entries.js';
import { KEY_WORDS, KeyTable } from './key-table.js';

/** A growing array of entries. */
class Words {
  words = new Uint32Array(6144);
  length = 0;

  /** The index at which the next entry begins. */
  next(): number {
    const at = this.length;
    this.length += ENTRY_WORDS;
    if (this.length > this.words.length) {
      const { words } = this;
      this.words = new Uint32Array(words.length * 2);
      this.words.set(words);
    }
    return at;
  }
}

/** Index entries that are in memory only, until a segment takes them all. */
export class Memtable {
  /** Positions by id. */
  readonly ids = new KeyTable();
  /** Number of events of the streams touched here, by key. */
  readonly counts = new KeyTable();
  readonly #streams = new Words();
  readonly #types = new Words();

  /** Number of events. */
  get size(): number {
    return this.ids.size;
  }

  /** Adds an event: its id at `id` in `ids`, its stream's key at `stream` in `streams`. */
  add(
    ids: Uint32Array,
    id: number,
    streams: Uint32Array,
    stream: number,
    revision: number,
    position: number,
  ): void {
    this.ids.set(ids, id, position);
    this.counts.set(streams, stream, revision + 1);
    const at = this.#streams.next();
    const { words } = this.#streams;
    words[at] = streams[stream]!;
    words[at + 1] = streams[stream + 1]!;
    words[at + 2] = streams[stream + 2]!;
    words[at + 3] = revision;
    words[at + 4] = position;
    words[at + 5] = high(position);
  }

  /** Adds a type of the block that begins at `first`. */
  addType(type: number, first: number): void {
    const at = this.#types.next();
    const { words } = this.#types;
    words[at] = type;
    words[at + 1] = 0;
    words[at + 2] = words[at + 5] = high(first);
    words[at + 3] = words[at + 4] = first;
  }

  /** All entries, unsorted, in buffers of their own. */
  entries(): Entries {
    const { keys } = this.ids;
    const ids = new Uint32Array(this.size * ENTRY_WORDS);
    for (let entry = 0; entry < this.size; entry++) {
      const at = entry * ENTRY_WORDS;
      for (let i = 0; i < KEY_WORDS; i++) ids[at + i] = keys[entry * KEY_WORDS + i]!;
      const position = this.ids.value(entry);
      ids[at + 4] = position;
      ids[at + 5] = high(position);
    }
    const { words: streams, length } = this.#streams;
    return { ids, streams: streams.slice(0, length), types: this.#types.words.slice(0, this.#types.length) };
  }

  clear(): void {
    this.ids.clear();
    this.counts.clear();
    this.#streams.length = 0;
    this.#types.length = 0;
  }
}

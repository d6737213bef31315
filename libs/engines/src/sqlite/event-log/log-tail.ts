import { KEY_WORDS, KeyTable } from './key-table.js';
import type { LogReader } from './log-reader.js';

/** Events in the younger half from which on the older half is dropped once the segments cover it. */
const HALF_EVENTS = 8192;

interface Half {
  /** Position before the first. */
  readonly after: number;
  last: number;
  readonly ids: KeyTable;
  readonly streams: Map<string, { readonly first: number; readonly positions: number[] }>;
}

/**
 * The part of the log that the segments may not cover yet, for the reading thread: read from the log itself, and kept until
 * they do. The writing thread bounds how far the index lags, and so the length of the tail.
 */
export class LogTail {
  #older: Half = half(0);
  #younger: Half = half(0);

  constructor(private readonly log: LogReader) {}

  /** Brings the tail to cover everything behind `checkpoint`, up to the log's end as it is now. */
  advance(checkpoint: number): void {
    if (checkpoint > this.#younger.last) this.#younger = half(checkpoint);
    if (checkpoint >= this.#older.last) this.#older = half(this.#younger.after);
    for (const block of this.log.blocksFrom(this.#younger.last + 1)) {
      if (this.#younger.ids.size >= HALF_EVENTS && this.#older.ids.size === 0) {
        this.#older = this.#younger;
        this.#younger = half(this.#older.last);
      }
      for (let i = 0; i < block.count; i++) {
        this.#younger.ids.set(block.idWords, i * KEY_WORDS, block.first + i);
        this.#addToStream(block.stream(i), block.first + i, block.revisions[i]!);
      }
      this.#younger.last = block.last;
    }
  }

  /** Position of an id; -1 when it is not here. */
  find(id: Uint32Array): number {
    const position = this.#younger.ids.get(id, 0);
    return position === -1 ? this.#older.ids.get(id, 0) : position;
  }

  /** The stream's revisions here: the first, and the positions from it on. */
  stream(name: string): { readonly first: number; readonly positions: readonly number[] } | undefined {
    const older = this.#older.streams.get(name);
    const younger = this.#younger.streams.get(name);
    if (older === undefined || younger === undefined) return older ?? younger;
    return { first: older.first, positions: [...older.positions, ...younger.positions] };
  }

  #addToStream(stream: string, position: number, revision: number): void {
    const known = this.#younger.streams.get(stream);
    if (known === undefined) this.#younger.streams.set(stream, { first: revision, positions: [position] });
    else known.positions.push(position);
  }
}

function half(after: number): Half {
  return { after, last: after, ids: new KeyTable(), streams: new Map() };
}

import {
  CHUNK,
  chunkKey,
  encodePositions,
  encodeRising,
  encodeTail,
  HASH_AT,
  headKey,
  ID_KEY_BYTES,
  ID_VALUE_BYTES,
  readPosition,
  readUint32,
  REVISION_AT,
  type StreamTail,
  typeKey,
  writePosition,
  writeUint32,
} from './index-keys.js';

const ENTRY_BYTES = ID_KEY_BYTES + ID_VALUE_BYTES;

/**
 * Index entries that are in memory only, until one batch takes them all to LevelDB: ids packed in one buffer as
 * the very keys and values of the batch, ends of streams, positions by type.
 */
export class Generation {
  #entries = Buffer.allocUnsafe(1024 * ENTRY_BYTES);
  #count = 0;
  readonly #ids = new Map<string, number>();
  readonly #streams = new Map<string, StreamTail>();
  readonly #chunks: { stream: string; chunk: number; positions: number[] }[] = [];
  readonly #types = new Map<number, number[]>();

  /** Number of events. */
  get count(): number {
    return this.#count;
  }

  /** The entry of an id (sixteen characters); -1 when it is not here. */
  find(id: string): number {
    return this.#ids.get(id) ?? -1;
  }

  /** The value of an entry, a copy of its own. */
  value(entry: number): Uint8Array {
    const start = entry * ENTRY_BYTES + ID_KEY_BYTES;
    return Uint8Array.prototype.slice.call(this.#entries, start, start + ID_VALUE_BYTES);
  }

  position(entry: number): number {
    return readPosition(this.#entries, entry * ENTRY_BYTES + ID_KEY_BYTES);
  }

  revision(entry: number): number {
    return readUint32(this.#entries, entry * ENTRY_BYTES + ID_KEY_BYTES + REVISION_AT);
  }

  /** Whether the entry's content hash is the one at `at` in `hashes`. */
  hasHash(entry: number, hashes: Uint8Array, at: number): boolean {
    const own = entry * ENTRY_BYTES + ID_KEY_BYTES + HASH_AT;
    return this.#entries.compare(hashes, at, at + 16, own, own + 16) === 0;
  }

  /** Adds an event's id; its bytes stand at `at` in `ids`, its hash in `hashes`. */
  addId(
    id: string,
    ids: Uint8Array,
    hashes: Uint8Array,
    at: number,
    position: number,
    revision: number,
  ): void {
    const start = this.#count * ENTRY_BYTES;
    if (start === this.#entries.length) this.#entries = Buffer.concat([this.#entries, this.#entries]);
    const entries = this.#entries;
    const value = start + ID_KEY_BYTES;
    entries[start] = 0x69;
    writePosition(entries, value, position);
    writeUint32(entries, value + REVISION_AT, revision);
    for (let i = 0; i < 16; i++) {
      entries[start + 1 + i] = ids[at + i]!;
      entries[value + HASH_AT + i] = hashes[at + i]!;
    }
    this.#ids.set(id, this.#count++);
  }

  /** Takes back the last ids added: those of `keys`, whatever their order. */
  removeIds(keys: readonly string[]): void {
    for (const key of keys) this.#ids.delete(key);
    this.#count -= keys.length;
  }

  /** The stream's end, if it was touched here. */
  tail(stream: string): StreamTail | undefined {
    return this.#streams.get(stream);
  }

  touch(stream: string, tail: StreamTail): void {
    this.#streams.set(stream, tail);
  }

  /** The streams touched. */
  get tails(): Iterable<[string, StreamTail]> {
    return this.#streams;
  }

  /** Adds an event to its stream (touched before) and its type. */
  addEvent(stream: string, tail: StreamTail, type: number, position: number): void {
    tail.count++;
    tail.positions.push(position);
    if (tail.positions.length === CHUNK) {
      this.#chunks.push({ stream, chunk: tail.count / CHUNK - 1, positions: tail.positions });
      tail.positions = [];
    }
    const positions = this.#types.get(type);
    if (positions === undefined) this.#types.set(type, [position]);
    else positions.push(position);
  }

  /** Gives every entry to `put`; the bytes of ids are good until the generation is cleared. */
  write(put: (key: Uint8Array, value: Uint8Array) => void): void {
    for (let i = 0, at = 0; i < this.#count; i++, at += ENTRY_BYTES) {
      put(
        this.#entries.subarray(at, at + ID_KEY_BYTES),
        this.#entries.subarray(at + ID_KEY_BYTES, at + ENTRY_BYTES),
      );
    }
    for (const { stream, chunk, positions } of this.#chunks)
      put(chunkKey(stream, chunk), encodePositions(positions));
    for (const [stream, tail] of this.#streams) put(headKey(stream), encodeTail(tail));
    for (const [type, positions] of this.#types)
      put(typeKey(type, positions.at(-1)!), encodeRising(positions));
  }

  clear(): void {
    this.#count = 0;
    this.#ids.clear();
    this.#streams.clear();
    this.#chunks.length = 0;
    this.#types.clear();
  }
}

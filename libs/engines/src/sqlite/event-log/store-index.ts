import type { Block } from './block.js';
import type { Group } from './group.js';
import { KEY_WORDS } from './key-table.js';
import { PendingIndex, type LastEvent } from './pending-index.js';
import type { BloomFilter } from './bloom-filter.js';
import type { LogIndex } from './log-index.js';
import { streamKey } from './stream-key.js';

/** What the index knows of a group. */
export interface Lookup {
  /** Positions of ids that are in the log, by number of the event. */
  readonly known: ReadonlyMap<number, number>;
  /** Keys of the streams, four words each, by number of the stream. */
  readonly streams: Uint32Array;
  /** Number of events of each stream. */
  readonly counts: number[];
}

/** Everything the writing thread knows of ids and streams: filter, memory, segments. */
export class StoreIndex {
  readonly #key = new Uint32Array(KEY_WORDS);

  constructor(
    private readonly index: LogIndex,
    private readonly filter: BloomFilter,
    private readonly pending: PendingIndex,
  ) {}

  lookUp(group: Group): Lookup {
    const known = new Map<number, number>();
    for (let event = 0; event < group.count; event++) {
      const position = this.#find(group.idWords, event * KEY_WORDS);
      if (position !== -1) known.set(event, position);
    }
    const streams = this.#keys(group.message.streams);
    return {
      known,
      streams,
      counts: group.message.streams.map((_, stream) => this.#count(streams, stream * KEY_WORDS)),
    };
  }

  /** Those of these streams that have events. */
  withEvents(names: readonly string[]): ReadonlySet<string> {
    const keys = this.#keys(names);
    return new Set(names.filter((_, stream) => this.#count(keys, stream * KEY_WORDS) > 0));
  }

  /** Adds a written event: its id at `id` in `ids`, its stream's key at `stream` in `streams`. */
  add(
    ids: Uint32Array,
    id: number,
    streams: Uint32Array,
    stream: number,
    revision: number,
    position: number,
  ): void {
    this.filter.add(ids, id);
    if (revision === 0) this.filter.add(streams, stream);
    this.pending.remember(streams, stream, revision + 1);
    this.pending.growing.add(ids, id, streams, stream, revision, position);
  }

  /** Adds the types of a written block. */
  addTypes(types: Iterable<number>, first: number): void {
    for (const type of types) this.pending.growing.addType(type, first);
  }

  /** To be called after a commit's events and blocks. */
  added(last: LastEvent): void {
    this.pending.added(last);
  }

  /** Adds a block of the log, behind what the index has. */
  async addBlock(block: Block): Promise<void> {
    await this.pending.room(block.count);
    const streams = this.#keys(block.streamNames);
    for (let i = 0; i < block.count; i++) {
      const stream = block.streamNumber(i) * KEY_WORDS;
      this.add(block.idWords, i * KEY_WORDS, streams, stream, block.revisions[i]!, block.first + i);
    }
    this.addTypes(new Set(block.types), block.first);
    this.added({ position: block.last, id: block.idText(block.count - 1) });
  }

  room(events: number): Promise<void> {
    return this.pending.room(events);
  }

  checkWritable(): Promise<void> {
    return this.pending.checkWritable();
  }

  async close(): Promise<void> {
    await this.pending.close();
  }

  #find(ids: Uint32Array, at: number): number {
    if (!this.filter.mayHave(ids, at)) return -1;
    const position = this.pending.position(ids, at);
    return position === -1 ? this.index.findId(ids, at) : position;
  }

  #count(streams: Uint32Array, at: number): number {
    const count = this.pending.count(streams, at);
    if (count !== -1) return count;
    if (!this.filter.mayHave(streams, at)) return 0;
    this.#key.set(streams.subarray(at, at + KEY_WORDS));
    return this.index.countOf(this.#key);
  }

  #keys(names: readonly string[]): Uint32Array {
    const keys = new Uint32Array(names.length * KEY_WORDS);
    names.forEach((name, stream) => streamKey(name, keys, stream * KEY_WORDS));
    return keys;
  }
}

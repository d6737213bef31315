import type { Block } from './block.js';
import type { Generation } from './generation.js';
import type { Group } from './group.js';
import type { IndexFile } from './index-file.js';
import { decodeTail, headKey, idKey, type StreamTail } from './index-keys.js';
import { PendingIndex } from './pending-index.js';
import type { PresenceFilter } from './presence-filter.js';

/** What the index knows of a group before it is decided. */
export interface Lookup {
  /** Values of the ids found in LevelDB, by number of the event. */
  readonly known: ReadonlyMap<number, Uint8Array>;
  /** By number of the stream. */
  readonly tails: readonly StreamTail[];
}

/** So many keys are worth a trip to another thread. */
const MANY = 32;

/** Everything the writing thread knows of ids and streams: filter, memory, LevelDB. */
export class StoreIndex {
  readonly #pending: PendingIndex;
  #last = { position: 0, id: '' };

  constructor(
    private readonly file: IndexFile,
    private readonly filter: PresenceFilter,
    recentStreams: number,
  ) {
    this.#pending = new PendingIndex(file, recentStreams, () => this.#last);
  }

  /** Not to run while another group is between `lookUp` and its last `addEvent`. */
  async lookUp(group: Group): Promise<Lookup> {
    const { events, known } = this.#mayBeKnown(group);
    const { tails, missing } = this.#tailsInMemory(group.message.streams);
    const ids = events.map((event) => idKey(group.ids.subarray(event * 16, event * 16 + 16)));
    const values = await this.#read([
      ...ids,
      ...missing.map((stream) => headKey(group.message.streams[stream]!)),
    ]);
    events.forEach((event, i) => {
      if (values[i] !== undefined) known.set(event, values[i]);
    });
    missing.forEach((stream, i) => {
      const value = values[events.length + i];
      if (value !== undefined) tails[stream] = decodeTail(value);
    });
    return { known, tails };
  }

  /** The generation in which an event's id was staged, if it was. */
  stagedIn(id: string, group: Group, event: number): Generation | undefined {
    return this.filter.mayHaveId(group.idWords, event * 4) ? this.#pending.holderOf(id) : undefined;
  }

  /** Makes an event's id known before it is written; `unstage` takes it back. */
  stage(id: string, group: Group, event: number, position: number, revision: number): void {
    this.filter.addId(group.idWords, event * 4);
    this.#pending.growing.addId(id, group.ids, group.hashes, event * 16, position, revision);
  }

  /** The last ids staged. */
  unstage(ids: readonly string[]): void {
    this.#pending.growing.removeIds(ids);
  }

  /** Adds a written event to its stream's end and its type. */
  addEvent(stream: string, tail: StreamTail, type: number, position: number): void {
    const growing = this.#pending.growing;
    if (growing.tail(stream) !== tail) {
      growing.touch(stream, tail);
      this.filter.addStream(stream);
    }
    growing.addEvent(stream, tail, type, position);
  }

  /** To be called after a commit's events: the last of them. */
  added(position: number, ids: Buffer, at: number): void {
    this.#last = { position, id: ids.toString('hex', at, at + 16) };
    this.#pending.flushWhenDue();
  }

  /** Adds the events of a block read from the log, behind what the index has. */
  async addBlock(block: Block): Promise<void> {
    await this.room(block.count);
    const { streamNames: names } = block;
    const { tails, missing } = this.#tailsInMemory(names);
    const values = await this.#read(missing.map((stream) => headKey(names[stream]!)));
    missing.forEach((stream, i) => {
      if (values[i] !== undefined) tails[stream] = decodeTail(values[i]);
    });
    for (let i = 0; i < block.count; i++) {
      const position = block.first + i;
      this.#pending.growing.addId(
        block.idKey(i),
        block.ids,
        block.hashes,
        16 * i,
        position,
        block.revisions[i]!,
      );
      const stream = block.streamNumber(i);
      this.addEvent(names[stream]!, tails[stream]!, block.types[i]!, position);
    }
    this.added(block.last, block.ids, 16 * (block.count - 1));
  }

  /** Makes a block's ids and streams known to the filter. */
  addToFilter(block: Block): void {
    for (let i = 0; i < block.count; i++) this.filter.addId(block.idWords, 4 * i);
    for (const name of block.streamNames) this.filter.addStream(name);
  }

  get checkpoint(): number {
    return this.file.checkpoint;
  }

  room(events: number): Promise<void> {
    return this.#pending.room(events);
  }

  /** Writes what is pending, in the background. */
  flush(): void {
    this.#pending.flush();
  }

  async close(): Promise<void> {
    await this.#pending.drain();
    await this.file.close();
  }

  /** Values known from memory, and the events whose ids LevelDB may know. */
  #mayBeKnown(group: Group): { events: number[]; known: Map<number, Uint8Array> } {
    const events: number[] = [];
    const known = new Map<number, Uint8Array>();
    for (let event = 0; event < group.count; event++) {
      if (!this.filter.mayHaveId(group.idWords, event * 4)) continue;
      const id = group.ids.toString('latin1', event * 16, event * 16 + 16);
      const holder = this.#pending.holderOf(id);
      if (holder === undefined) events.push(event);
      else known.set(event, holder.value(holder.find(id)));
    }
    return { events, known };
  }

  /** Ends of streams known from memory, and the numbers of those that LevelDB may know. */
  #tailsInMemory(names: readonly string[]): { tails: StreamTail[]; missing: number[] } {
    const missing: number[] = [];
    const tails = names.map((name, stream) => {
      const tail = this.#pending.tail(name);
      if (tail === undefined && this.filter.mayHaveStream(name)) missing.push(stream);
      return tail ?? { count: 0, positions: [] };
    });
    return { tails, missing };
  }

  async #read(keys: Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return keys.length < MANY ? keys.map((key) => this.file.get(key)) : this.file.getMany(keys);
  }
}

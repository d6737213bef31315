import { crc32 } from 'node:zlib';
import { StoreFault, storedPosition } from '#event-sourcing';
import { type StoredEvent } from '#event-store';
import type { Group } from './group.js';

/**
 * One row of the log: the events (or some of them) of one commit, at positions `first`, `first + 1`, …
 *
 *     version 1 byte · 0 · streams u16 · count u32 · start of data u32 · crc32 of all the rest u32
 *     recordedAt f64[] · revision u32[] · end u32[] · type u32[] · id 16[] · hash 16[] · stream u16[]
 *     stream names, each u16 length and UTF-8 · the events' bytes
 *
 * The columns hold what the index needs, so that it can be rebuilt without parsing JSON.
 */
export class Block {
  readonly count: number;
  readonly recordedAt: Float64Array;
  readonly revisions: Uint32Array;
  readonly types: Uint32Array;
  readonly ids: Buffer;
  /** The same as `ids`, four words an id. */
  readonly idWords: Uint32Array;
  readonly hashes: Buffer;
  readonly #ends: Uint32Array;
  readonly #streams: Uint16Array;
  readonly #bytes: Buffer;
  readonly #dataStart: number;
  readonly #streamCount: number;
  #names: readonly string[] | undefined;

  /** Throws StoreFault `store-damaged` when the bytes are not those that were written. */
  constructor(
    readonly first: number,
    data: Uint8Array,
  ) {
    const aligned = data.byteOffset % 8 === 0 ? data : data.slice();
    const bytes = Buffer.from(aligned.buffer, aligned.byteOffset, aligned.length);
    if (bytes.length < HEADER || bytes[0] !== VERSION || checksum(bytes) !== bytes.readUInt32LE(12)) {
      throw damaged(first);
    }
    const count = bytes.readUInt32LE(4);
    const at = bytes.byteOffset + HEADER;
    this.count = count;
    this.#streamCount = bytes.readUInt16LE(2);
    this.#dataStart = bytes.readUInt32LE(8);
    this.#bytes = bytes;
    this.recordedAt = new Float64Array(bytes.buffer, at, count);
    this.revisions = new Uint32Array(bytes.buffer, at + 8 * count, count);
    this.#ends = new Uint32Array(bytes.buffer, at + 12 * count, count);
    this.types = new Uint32Array(bytes.buffer, at + 16 * count, count);
    this.ids = bytes.subarray(HEADER + 20 * count, HEADER + 36 * count);
    this.idWords = new Uint32Array(bytes.buffer, at + 20 * count, 4 * count);
    this.hashes = bytes.subarray(HEADER + 36 * count, HEADER + 52 * count);
    this.#streams = new Uint16Array(bytes.buffer, at + 52 * count, count);
  }

  get last(): number {
    return this.first + this.count - 1;
  }

  /** The event's bytes, a view of the block's. */
  bytes(index: number): Uint8Array {
    const start = index === 0 ? 0 : this.#ends[index - 1]!;
    return this.#bytes.subarray(this.#dataStart + start, this.#dataStart + this.#ends[index]!);
  }

  stream(index: number): string {
    return this.streamNames[this.#streams[index]!]!;
  }

  get streamNames(): readonly string[] {
    return (this.#names ??= this.#readNames());
  }

  streamNumber(index: number): number {
    return this.#streams[index]!;
  }

  /** The event with its position and revision. */
  stored(index: number): StoredEvent {
    const position = this.first + index;
    return {
      position: storedPosition(position),
      entry: position - 1,
      revision: this.revisions[index]!,
      bytes: this.bytes(index),
    };
  }

  /** The id, hexadecimal. */
  idText(index: number): string {
    return this.ids.toString('hex', index * 16, index * 16 + 16);
  }

  /** Whether the event's id is that at `at` in `ids`. */
  hasId(index: number, ids: Uint8Array, at: number): boolean {
    return this.ids.compare(ids, at, at + 16, index * 16, index * 16 + 16) === 0;
  }

  /** Whether the event's content hash is that at `at` in `hashes`. */
  hasHash(index: number, hashes: Uint8Array, at: number): boolean {
    return this.hashes.compare(hashes, at, at + 16, index * 16, index * 16 + 16) === 0;
  }

  #readNames(): readonly string[] {
    const names: string[] = [];
    let at = HEADER + 54 * this.count;
    for (let i = 0; i < this.#streamCount; i++) {
      const length = this.#bytes.readUInt16LE(at);
      names.push(this.#bytes.toString('utf8', at + 2, at + 2 + length));
      at += 2 + length;
    }
    return names;
  }
}

const VERSION = 1;
const HEADER = 16;

/** Bytes of events in a block, at most (one event may be larger). */
const BLOCK_BYTES = 32 * 1024;
/** Events in a block, at most. */
const BLOCK_EVENTS = 4096;

function checksum(bytes: Buffer): number {
  return crc32(bytes.subarray(HEADER), crc32(bytes.subarray(0, 12)));
}

function damaged(first: number): StoreFault {
  return new StoreFault(
    'store-damaged',
    `the event log is damaged in the block at position ${first}: restore it from a copy`,
    { position: first },
  );
}

/** The events of a group that one commit records. */
export interface Accepted {
  readonly group: Group;
  /** Numbers of the events in the group, in order. */
  readonly events: readonly number[];
  /** By number in the group. */
  readonly revisions: Uint32Array;
  /** The log's number of each of the group's types. */
  readonly typeIds: readonly number[];
}

/** Where the block that begins with accepted event `from` ends (exclusive). */
export function blockEnd({ group, events }: Accepted, from: number): number {
  let to = from;
  let bytes = 0;
  while (to < events.length && to - from < BLOCK_EVENTS) {
    const event = events[to]!;
    bytes += group.ends[event]! - group.start(event);
    if (bytes > BLOCK_BYTES && to > from) break;
    to++;
  }
  return to;
}

let scratch = Buffer.alloc(256 * 1024);

/** The block of accepted events `from` (inclusive) to `to`. The bytes are good until the next call. */
export function encodeBlock(accepted: Accepted, from: number, to: number): Uint8Array {
  const { group, events } = accepted;
  const count = to - from;
  const block = roomFor(accepted, from, to);
  const recordedAt = new Float64Array(block.buffer, HEADER, count);
  const words = new Uint32Array(block.buffer, HEADER + 8 * count, 3 * count);
  const streams = new Uint16Array(block.buffer, HEADER + 52 * count, count);
  const local = new Map<number, number>();
  let name = HEADER + 54 * count;
  let end = 0;
  for (let i = 0; i < count; i++) {
    const event = events[from + i]!;
    const stream = group.stream[event]!;
    let number = local.get(stream);
    if (number === undefined) {
      local.set(stream, (number = local.size));
      name = writeName(block, name, group.message.streams[stream]!);
    }
    recordedAt[i] = group.recordedAt[event]!;
    end += group.ends[event]! - group.start(event);
    words[i] = accepted.revisions[event]!;
    words[count + i] = end;
    words[2 * count + i] = accepted.typeIds[group.type[event]!]!;
    streams[i] = number;
  }
  copyBytes(accepted, from, to, block, name);
  block.writeUInt32LE(VERSION | (local.size << 16), 0);
  block.writeUInt32LE(count, 4);
  block.writeUInt32LE(name, 8);
  const whole = block.subarray(0, name + end);
  block.writeUInt32LE(checksum(whole), 12);
  return whole;
}

function roomFor({ group, events }: Accepted, from: number, to: number): Buffer {
  let need = HEADER + 54 * (to - from);
  for (let i = from; i < to; i++) {
    const event = events[i]!;
    need +=
      group.ends[event]! - group.start(event) + 2 + 3 * group.message.streams[group.stream[event]!]!.length;
  }
  if (need > scratch.length) scratch = Buffer.alloc(need * 2);
  return scratch;
}

function writeName(block: Buffer, at: number, name: string): number {
  const length = block.write(name, at + 2);
  block.writeUInt16LE(length, at);
  return at + 2 + length;
}

/** Ids, hashes and bytes: in one piece each when no event of the run was left out. */
function copyBytes({ group, events }: Accepted, from: number, to: number, block: Buffer, data: number): void {
  const count = to - from;
  const ids = HEADER + 20 * count;
  const hashes = HEADER + 36 * count;
  for (let i = from; i < to;) {
    const event = events[i]!;
    let run = i + 1;
    while (run < to && events[run] === event + run - i) run++;
    const stop = event + run - i;
    group.ids.copy(block, ids + 16 * (i - from), 16 * event, 16 * stop);
    group.hashes.copy(block, hashes + 16 * (i - from), 16 * event, 16 * stop);
    data += group.data.copy(block, data, group.start(event), group.ends[stop - 1]);
    i = run;
  }
}

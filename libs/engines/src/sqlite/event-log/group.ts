import type { AppendRequest, ExpectedRevision } from '#event-store';

/** An expectation of one request of a group, by number of the request and of the stream. */
export interface GroupExpectation {
  readonly request: number;
  readonly stream: number;
  readonly expected: ExpectedRevision;
}

/** A commit's events as sent to the writing thread: one buffer to transfer, and the names. */
export interface GroupMessage {
  readonly count: number;
  readonly buffer: ArrayBuffer;
  /** Distinct stream names; the columns hold their numbers. */
  readonly streams: readonly string[];
  readonly types: readonly string[];
  /** Number of events of each request, in order. */
  readonly requests: readonly number[];
  /** Requests that are all or none. */
  readonly atomic: readonly number[];
  readonly expected: readonly GroupExpectation[];
}

/** Bytes of the columns of one event: recordedAt 8, end 4, stream 4, type 4, id 16, hash 16. */
const COLUMNS = 52;

/** A group's events as columns over its buffer. Numbers are little-endian, as on every platform we run on. */
export class Group {
  readonly count: number;
  readonly recordedAt: Float64Array;
  /** Where each event's bytes end in `data`. */
  readonly ends: Uint32Array;
  readonly stream: Uint32Array;
  readonly type: Uint32Array;
  readonly ids: Buffer;
  /** The same as `ids`, four words an id. */
  readonly idWords: Uint32Array;
  readonly hashes: Buffer;
  readonly data: Buffer;

  constructor(readonly message: GroupMessage) {
    const { buffer, count } = message;
    this.count = count;
    this.recordedAt = new Float64Array(buffer, 0, count);
    this.ends = new Uint32Array(buffer, 8 * count, count);
    this.stream = new Uint32Array(buffer, 12 * count, count);
    this.type = new Uint32Array(buffer, 16 * count, count);
    this.ids = Buffer.from(buffer, 20 * count, 16 * count);
    this.idWords = new Uint32Array(buffer, 20 * count, 4 * count);
    this.hashes = Buffer.from(buffer, 36 * count, 16 * count);
    this.data = Buffer.from(buffer, COLUMNS * count);
  }

  start(event: number): number {
    return event === 0 ? 0 : this.ends[event - 1]!;
  }
}

/** Packs requests for one commit. Ids must have been checked (`isUuid`). */
export function packGroup(requests: readonly AppendRequest[], count: number, bytes: number): GroupMessage {
  const streams = new Map<string, number>();
  const types = new Map<string, number>();
  const atomic: number[] = [];
  const expected: GroupExpectation[] = [];
  const buffer = new ArrayBuffer(COLUMNS * count + bytes);
  const counts = requests.map(({ events }) => events.length);
  const group = new Group({ count, buffer, streams: [], types: [], requests: counts, atomic, expected });
  let at = 0;
  let end = 0;
  requests.forEach((request, number) => {
    for (const event of request.events) {
      group.recordedAt[at] = event.recordedAt;
      group.stream[at] = numberOf(streams, event.stream);
      group.type[at] = numberOf(types, event.type);
      writeUuid(group.ids, at * 16, event.eventId);
      group.hashes.set(event.contentHash, at * 16);
      group.data.set(event.bytes, end);
      end += event.bytes.length;
      group.ends[at++] = end;
    }
    if (request.atomic === true) atomic.push(number);
    request.expected?.forEach((revision, stream) =>
      expected.push({ request: number, stream: numberOf(streams, stream), expected: revision }),
    );
  });
  return { ...group.message, streams: [...streams.keys()], types: [...types.keys()] };
}

function numberOf(names: Map<string, number>, name: string): number {
  let number = names.get(name);
  if (number === undefined) names.set(name, (number = names.size));
  return number;
}

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Offsets of the sixteen pairs of hexadecimal digits in a UUID's text. */
const PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** Writes a UUID's sixteen bytes; much quicker than by way of Buffer.from(text, 'hex'). */
export function writeUuid(target: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < 16; i++) {
    const pair = PAIRS[i]!;
    target[offset + i] = (digit(text.charCodeAt(pair)) << 4) | digit(text.charCodeAt(pair + 1));
  }
}

/** 0–9, A–F, a–f. */
function digit(code: number): number {
  return code < 58 ? code - 48 : (code & 0x0f) + 9;
}

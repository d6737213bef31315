/** An event as it is proposed. */
export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event in the log. */
export interface LogRecord extends Proposed {
  /** Byte offset in the log. */
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  /** Milliseconds. */
  readonly created: number;
}

/** Where the first record of a new store stands, as on a real server. */
export const FIRST_POSITION = 548n;
/** The revision of the event that ends a tombstoned stream. */
export const TOMBSTONE_REVISION = 9_223_372_036_854_775_807n;

/** Bytes that a record takes in the log: about 110 for a tiny event, as on a real server. */
export function sizeInLog({ stream, type, data, metadata }: Omit<LogRecord, 'position'>): bigint {
  return BigInt(82 + Buffer.byteLength(stream) + Buffer.byteLength(type) + data.length + metadata.length);
}

/** What counts towards the most bytes of an append: names are UTF-16 there. */
export function appendSize({ type, data, metadata }: Proposed): number {
  return data.length + metadata.length + 2 * type.length;
}

/** A record as it stands in the double's file: a head in JSON, data and metadata, each with its length before it. */
export function encodeRecord({ data, metadata, ...head }: LogRecord): Buffer {
  const text = Buffer.from(
    JSON.stringify({ ...head, position: String(head.position), revision: String(head.revision) }),
  );
  const lengths = Buffer.alloc(12);
  [text, data, metadata].forEach(({ length }, i) => lengths.writeUInt32LE(length, i * 4));
  return Buffer.concat([lengths, text, data, metadata]);
}

/** The whole records in a file; a record that was cut off at its end is left out. */
export function* decodeRecords(
  file: Buffer,
): Generator<{ readonly record: LogRecord; readonly end: number }> {
  for (let at = 0; at + 12 <= file.length;) {
    const [head, data, metadata] = [0, 4, 8].map((i) => file.readUInt32LE(at + i)) as [
      number,
      number,
      number,
    ];
    const end = at + 12 + head + data + metadata;
    if (end > file.length) return;
    const from = at + 12 + head;
    const { position, revision, ...rest } = JSON.parse(file.toString('utf8', at + 12, from)) as Omit<
      LogRecord,
      'position' | 'revision' | 'data' | 'metadata'
    > & { position: string; revision: string };
    const bytes = { data: file.subarray(from, from + data), metadata: file.subarray(from + data, end) };
    yield { record: { ...rest, ...bytes, position: BigInt(position), revision: BigInt(revision) }, end };
    at = end;
  }
}

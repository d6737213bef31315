import { randomBytes } from 'node:crypto';

/** The header that marks records that stand in for a batch that could not be decoded. Random, so that no producer can send it. */
export const UNDECODABLE = `cx-undecodable-${randomBytes(8).toString('hex')}`;

/** No broker hands out batches of more records than this (its default size limit is 1 MiB). */
const MOST_RECORDS = 1 << 17;

/** A signed number as Kafka writes it (zigzag, seven bits a byte). */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}

function standIn(offsetDelta: number, reason: Buffer): number[] {
  const name = Buffer.from(UNDECODABLE);
  const header = [...varint(name.length), ...name, ...varint(reason.length), ...reason];
  const record = [
    0,
    ...varint(0),
    ...varint(offsetDelta),
    ...varint(-1),
    ...varint(-1),
    ...varint(1),
    ...header,
  ];
  return [...varint(record.length), ...record];
}

/**
 * The bytes of records that stand in for those of a batch that cannot be decompressed: as many as any batch may
 * hold, each with the header `UNDECODABLE` giving the reason. kafkajs takes as many as the batch has. Without
 * them it would fetch the same batch for ever, and everything behind it would wait.
 */
export function standInRecords(reason: string): Buffer {
  const text = Buffer.from(reason.slice(0, 60));
  const records: Buffer[] = [];
  for (let delta = 0; delta < MOST_RECORDS; delta += 1) records.push(Buffer.from(standIn(delta, text)));
  return Buffer.concat(records);
}

/** Whether the bytes are a sequence of records from the first to the last byte. */
export function isRecordSequence(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length) {
    let length = 0;
    let shift = 0;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) return false;
      length |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) break;
    }
    at += (length >>> 1) ^ -(length & 1);
  }
  return at === bytes.length;
}

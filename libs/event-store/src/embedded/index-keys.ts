/**
 * Keys and values of the derived index, all bytes:
 *
 *     i <id 16>                       position 6 · revision 4 · hash 16
 *     h <stream>                      count 4 · positions 6 each of the last revisions, up to CHUNK
 *     s <stream> 00 <chunk 4>         positions 6 each of CHUNK revisions
 *     t <type 4> <last position 6>    positions of one flush: varints of the distances, the first from 0
 *     k <position 6>                  link of a flush: the position of the one before
 *     m                               mark: the position up to which all entries are there, and more
 *
 * Numbers of keys are big-endian, those of values little-endian.
 */
export const MARK_KEY = Buffer.from('m');

/** Revisions whose positions share an entry. */
export const CHUNK = 32;

export const ID_KEY_BYTES = 17;
export const ID_VALUE_BYTES = 26;
/** Offsets in the value of an id. */
export const REVISION_AT = 6;
export const HASH_AT = 10;

export function idKey(id: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(ID_KEY_BYTES);
  key[0] = 0x69;
  key.set(id, 1);
  return key;
}

export function headKey(stream: string): Buffer {
  return Buffer.from(`h${stream}`);
}

export function chunkKey(stream: string, chunk: number): Buffer {
  const key = Buffer.from(`s${stream}\0....`);
  key.writeUInt32BE(chunk, key.length - 4);
  return key;
}

export function typeKey(type: number, lastPosition: number): Buffer {
  const key = Buffer.allocUnsafe(11);
  key[0] = 0x74;
  key.writeUInt32BE(type, 1);
  key.writeUIntBE(lastPosition, 5, 6);
  return key;
}

export function linkKey(position: number): Buffer {
  const key = Buffer.allocUnsafe(7);
  key[0] = 0x6b;
  key.writeUIntBE(position, 1, 6);
  return key;
}

export function positionValue(position: number): Buffer {
  const value = Buffer.allocUnsafe(6);
  value.writeUIntLE(position, 0, 6);
  return value;
}

export function readPosition(value: Uint8Array, at = 0): number {
  // By hand: much quicker than Buffer.readUIntLE, and this is read for each event.
  return (
    value[at]! +
    value[at + 1]! * 0x100 +
    value[at + 2]! * 0x10000 +
    value[at + 3]! * 0x1000000 +
    value[at + 4]! * 0x100000000 +
    value[at + 5]! * 0x10000000000
  );
}

export function writePosition(target: Uint8Array, at: number, position: number): void {
  const high = Math.floor(position / 0x100000000);
  writeUint32(target, at, position);
  target[at + 4] = high;
  target[at + 5] = high >>> 8;
}

export function readUint32(value: Uint8Array, at: number): number {
  return (value[at]! | (value[at + 1]! << 8) | (value[at + 2]! << 16) | (value[at + 3]! << 24)) >>> 0;
}

export function writeUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value;
  target[at + 1] = value >>> 8;
  target[at + 2] = value >>> 16;
  target[at + 3] = value >>> 24;
}

/** A stream's end: how many events it has, and the positions of those since the last full chunk. */
export interface StreamTail {
  count: number;
  /** Of the revisions from `count - positions.length` on; shorter than CHUNK. */
  positions: number[];
}

export function encodeTail({ count, positions }: StreamTail): Buffer {
  const value = Buffer.allocUnsafe(4 + 6 * positions.length);
  writeUint32(value, 0, count);
  for (let i = 0; i < positions.length; i++) writePosition(value, 4 + 6 * i, positions[i]!);
  return value;
}

export function decodeTail(value: Uint8Array): StreamTail {
  return { count: readUint32(value, 0), positions: decodePositions(value, 4) };
}

export function encodePositions(positions: readonly number[]): Buffer {
  const value = Buffer.allocUnsafe(6 * positions.length);
  for (let i = 0; i < positions.length; i++) writePosition(value, 6 * i, positions[i]!);
  return value;
}

export function decodePositions(value: Uint8Array, from = 0): number[] {
  const positions: number[] = [];
  for (let at = from; at < value.length; at += 6) positions.push(readPosition(value, at));
  return positions;
}

/** Rising positions as distances of seven bits a byte. */
export function encodeRising(positions: readonly number[]): Buffer {
  const value = Buffer.allocUnsafe(8 + positions.length * 5);
  let at = 0;
  let before = 0;
  for (const position of positions) {
    let distance = position - before;
    before = position;
    for (; distance > 0x7f; distance = Math.floor(distance / 128)) value[at++] = (distance % 128) | 0x80;
    value[at++] = distance;
  }
  return value.subarray(0, at);
}

export function decodeRising(value: Uint8Array): number[] {
  const positions: number[] = [];
  let position = 0;
  for (let at = 0; at < value.length;) {
    let scale = 1;
    let byte: number;
    do {
      byte = value[at++]!;
      position += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte > 0x7f);
    positions.push(position);
  }
  return positions;
}

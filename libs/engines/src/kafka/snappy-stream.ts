import { compress, uncompress } from 'snappyjs';

/** What Java clients put before snappy blocks: the xerial stream header (magic, version, compatible version). */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER = 16;

/** Decompresses snappy as Kafka's clients write it: xerial blocks (Java), or one raw block (librdkafka). */
export function uncompressSnappy(bytes: Buffer, mostBytes: number): Buffer {
  if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return Buffer.from(uncompress(bytes, mostBytes));
  const blocks: Buffer[] = [];
  let left = mostBytes;
  for (let at = XERIAL_HEADER; at < bytes.length;) {
    const length = bytes.readInt32BE(at);
    if (length < 0 || at + 4 + length > bytes.length) throw new RangeError('a block is cut off');
    const block = Buffer.from(uncompress(bytes.subarray(at + 4, at + 4 + length), left));
    left -= block.length;
    blocks.push(block);
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

/** One raw snappy block, which every client reads. */
export function compressSnappy(bytes: Buffer): Buffer {
  return Buffer.from(compress(bytes));
}

import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { compressFrame } from 'lz4-napi';
import { installCodecs } from './codecs.js';
import { compressSnappy } from './snappy-stream.js';
import { UNDECODABLE } from './undecodable.js';

type Codec = () => { decompress(bytes: Buffer): Promise<Buffer> };

installCodecs();
const table = kafkajs.CompressionCodecs as unknown as Readonly<Record<number, Codec>>;
const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
const decompressed = (type: number, bytes: Buffer) => table[type]!().decompress(bytes);

/** A record as Kafka frames it: its length as a zigzag number (below 64), then that many bytes. */
const record = (letter: string) => Buffer.concat([Buffer.from([2 * 20]), Buffer.alloc(20, letter)]);

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
function xerialBlock(bytes: Buffer, length = bytes.length): Buffer {
  const head = Buffer.alloc(4);
  head.writeInt32BE(length);
  return Buffer.concat([head, bytes]);
}

describe('batches of Kafka', () => {
  const both = Buffer.concat([record('a'), record('b')]);

  it('C4: are decoded whole, of how many members, frames or blocks they consist', async () => {
    const [a, b] = [record('a'), record('b')];
    const parts: readonly (readonly [number, Buffer])[] = [
      [GZIP, Buffer.concat([gzipSync(a), gzipSync(b)])],
      [ZSTD, Buffer.concat([zstdCompressSync(a), zstdCompressSync(b)])],
      [LZ4, Buffer.concat([await compressFrame(a), await compressFrame(b)])],
      [Snappy, Buffer.concat([XERIAL, xerialBlock(compressSnappy(a)), xerialBlock(compressSnappy(b))])],
    ];
    for (const [type, bytes] of parts) expect(await decompressed(type, bytes)).toEqual(both);
  });

  it('C4: are stood in for where bytes are left over or missing', async () => {
    const good: readonly (readonly [number, Buffer])[] = [
      [GZIP, gzipSync(both)],
      [ZSTD, zstdCompressSync(both)],
      [LZ4, await compressFrame(both)],
      [Snappy, Buffer.concat([XERIAL, xerialBlock(compressSnappy(both))])],
    ];
    for (const [type, bytes] of good) {
      for (const broken of [Buffer.concat([bytes, Buffer.from('left over')]), bytes.subarray(0, -2)]) {
        const text = (await decompressed(type, broken)).subarray(0, 200).toString('latin1');
        expect(text).toContain(UNDECODABLE);
      }
    }
  });

  it('C5: end although a snappy block says that it has a length below zero', async () => {
    const bytes = Buffer.concat([XERIAL, xerialBlock(Buffer.alloc(0), -4)]);
    expect((await decompressed(Snappy, bytes)).subarray(0, 200).toString('latin1')).toContain(UNDECODABLE);
  });

  it('C5: are not decoded where LZ4 may grow beyond the limit', async () => {
    const bomb = await compressFrame(Buffer.alloc(80 * 1024 * 1024));
    expect((await decompressed(LZ4, bomb)).subarray(0, 200).toString('latin1')).toContain(UNDECODABLE);
  });
});

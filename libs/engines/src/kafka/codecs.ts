import kafkajs from 'kafkajs';
import { promisify } from 'node:util';
import { gzip, zstdCompress } from 'node:zlib';
import { decompressWhole } from '#compression';
import { LIMITS } from '#event-sourcing';
import { lz4Frames } from './lz4-frames.js';
import { compressSnappy, uncompressSnappy } from './snappy-stream.js';
import { isRecordSequence, standInRecords } from './undecodable.js';

interface Codec {
  compress(bytes: Buffer): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** The part of kafkajs's codec contract that its types leave out: what it hands to `compress`. */
interface Encoder {
  readonly buffer: Buffer;
}

/** A batch that grows beyond this when decompressed is not decoded. */
const bound = { mostBytes: LIMITS.kafkaBatchBytes };

const CODECS: { readonly [name: string]: Codec } = {
  GZIP: {
    compress: (bytes) => promisify(gzip)(bytes),
    decompress: (bytes) => decompressWhole('gzip', bytes, bound),
  },
  Snappy: {
    compress: async (bytes) => compressSnappy(bytes),
    decompress: async (bytes) => uncompressSnappy(bytes, bound.mostBytes),
  },
  LZ4: {
    compress: async (bytes) => (await import('lz4-napi')).compressFrame(bytes),
    decompress: decompressLz4,
  },
  ZSTD: {
    compress: (bytes) => promisify(zstdCompress)(bytes),
    decompress: (bytes) => decompressWhole('zstd', bytes, bound),
  },
};

async function decompressLz4(bytes: Buffer): Promise<Buffer> {
  const { decompressFrame } = await import('lz4-napi');
  const parts: Buffer[] = [];
  let left = bound.mostBytes;
  for (const frame of lz4Frames(bytes)) {
    left -= frame.mostBytes;
    if (left < 0) throw new RangeError(`the batch may have more than ${bound.mostBytes} bytes`);
    parts.push(await decompressFrame(frame.bytes));
  }
  return Buffer.concat(parts);
}

/** Decompresses a batch, or returns placeholder records for one that cannot be decompressed: see `standInRecords`. */
async function decompressOrStandIn(name: string, codec: Codec, bytes: Buffer): Promise<Buffer> {
  try {
    const records = await codec.decompress(bytes);
    if (isRecordSequence(records)) return records;
    return standInRecords(`${name} batch holds no records`);
  } catch (error) {
    return standInRecords(`${name} batch: ${(error as Error).message}`);
  }
}

/**
 * Adds to kafkajs the compressions it lacks (it has gzip only), and keeps a damaged batch from stopping the
 * others. Process-wide, as kafkajs's table of codecs is; calling it again changes nothing.
 */
export function installCodecs(): void {
  const table = kafkajs.CompressionCodecs as Record<number, unknown>;
  for (const [name, codec] of Object.entries(CODECS)) {
    const type = kafkajs.CompressionTypes[name as keyof typeof kafkajs.CompressionTypes];
    table[type] = () => ({
      compress: ({ buffer }: Encoder) => codec.compress(buffer),
      decompress: (bytes: Buffer) => decompressOrStandIn(name, codec, bytes),
    });
  }
}

import kafkajs from 'kafkajs';
import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { compressSnappy, uncompressSnappy } from './snappy-stream.js';
import { isRecordSequence, standInRecords } from './undecodable.js';

/** A batch may grow to this when decompressed; beyond it it is taken for an attack and not decoded. */
const MOST_BYTES = 64 * 1024 * 1024;

interface Codec {
  compress(bytes: Buffer): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** The part of kafkajs's codec contract that its types leave out: what it hands to `compress`. */
interface Encoder {
  readonly buffer: Buffer;
}

const bound = { maxOutputLength: MOST_BYTES };

const CODECS: { readonly [name: string]: Codec } = {
  GZIP: {
    compress: (bytes) => promisify(gzip)(bytes),
    decompress: (bytes) => promisify(gunzip)(bytes, bound) as Promise<Buffer>,
  },
  Snappy: {
    compress: async (bytes) => compressSnappy(bytes),
    decompress: async (bytes) => uncompressSnappy(bytes, MOST_BYTES),
  },
  LZ4: {
    compress: async (bytes) => (await import('lz4-napi')).compressFrame(bytes),
    decompress: async (bytes) => (await import('lz4-napi')).decompressFrame(bytes),
  },
  ZSTD: {
    compress: (bytes) => promisify(zstdCompress)(bytes),
    decompress: (bytes) => promisify(zstdDecompress)(bytes, bound) as Promise<Buffer>,
  },
};

/** Decompresses, or gives the records that stand in for what cannot be: see `standInRecords`. */
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
 * Teaches kafkajs every compression that Kafka knows (it brings gzip alone), and lets no damaged batch stop the
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

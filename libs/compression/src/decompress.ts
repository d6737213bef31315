import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LedgerError, LIMITS } from '#event-sourcing';
import type { Encoding } from './encoding.js';
import { zstdFrames } from './zstd-frames.js';

/** How much may come out. */
export interface Expansion {
  /** Bytes, whatever went in. */
  readonly mostBytes: number;
  /** Bytes for each byte that went in, above the first `LIMITS.expandedFree`; no bound when left out. */
  readonly mostGrowth?: number;
}

/**
 * The bytes before their compression, piece by piece: all members of a gzip file, all frames of zstd. Throws
 * `expanded-too-large`, and `bad-request` where the bytes are of another kind, end too early, or something is left over.
 */
export async function* decompress(
  encoding: Encoding,
  packed: AsyncIterable<Buffer>,
  { mostBytes, mostGrowth = Infinity }: Expansion,
): AsyncGenerator<Buffer> {
  let received = 0;
  let grown = 0;
  const counted = async function* () {
    for await (const bytes of packed) {
      received += bytes.length;
      yield bytes;
    }
  };
  try {
    for await (const bytes of encoding === 'gzip'
      ? gzipMembers(counted(), () => received)
      : zstdFrames(counted())) {
      grown += bytes.length;
      if (grown > mostBytes) throw tooLarge(`has more than ${mostBytes} bytes`, mostBytes);
      if (grown > LIMITS.expandedFree + mostGrowth * received)
        throw tooLarge(`grows more than ${mostGrowth} times`, mostBytes);
      yield bytes;
    }
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    throw new LedgerError(
      'bad-request',
      `the body is not what Content-Encoding ${encoding} makes: ${reasonOf(error)}`,
    );
  }
}

/** The same for bytes that are there already. */
export async function decompressWhole(
  encoding: Encoding,
  packed: Buffer,
  expansion: Expansion,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of decompress(encoding, slices(packed), expansion)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const SLICE = 64 * 1024;

async function* slices(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += SLICE) yield bytes.subarray(from, from + SLICE);
}

/** Node reads all members, but passes over what begins with a zero behind the last. */
async function* gzipMembers(packed: AsyncIterable<Buffer>, received: () => number): AsyncGenerator<Buffer> {
  const members = createGunzip();
  // Whatever goes wrong comes out of the last of the two.
  pipeline(Readable.from(packed), members, () => undefined);
  yield* members as AsyncIterable<Buffer>;
  if (members.bytesWritten < received()) throw new RangeError('bytes are left over at its end');
}

function tooLarge(what: string, limit: number): LedgerError {
  return new LedgerError('expanded-too-large', `the body ${what} when unpacked: send it in parts`, { limit });
}

/** Zlib's messages are fixed sentences that quote nothing. */
function reasonOf(error: unknown): string {
  return (error as Partial<Error>).message ?? 'it cannot be read';
}

import { pipeline, Readable } from 'node:stream';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { LedgerError } from '#event-sourcing';

const UNPACKERS: { readonly [encoding: string]: () => Transform } = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  zstd: createZstdDecompress,
};

/** Events in JSON shrink ten- to thirtyfold; what grows more than this is made to fill memory. */
const MOST_GROWTH = 200;
/** So many bytes may always come out, whatever went in. */
const ALWAYS = 1024 * 1024;

/** Bytes before their Content-Encoding. Throws `unsupported-encoding`, `expanded-too-large` and `bad-request`. */
export async function* unpacked(
  packed: AsyncIterable<Buffer>,
  encoding: string | undefined,
): AsyncGenerator<Buffer> {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return yield* packed;
  const unpacker = UNPACKERS[name]?.();
  if (unpacker === undefined) {
    throw new LedgerError(
      'unsupported-encoding',
      'send the body as it is, or with Content-Encoding gzip or zstd',
    );
  }
  let [received, grown] = [0, 0];
  const counted = async function* () {
    for await (const bytes of packed) {
      received += bytes.length;
      yield bytes;
    }
  };
  // What goes wrong in it comes out of the unpacker.
  pipeline(Readable.from(counted()), unpacker, () => undefined);
  try {
    for await (const bytes of unpacker as AsyncIterable<Buffer>) {
      grown += bytes.length;
      if (grown > ALWAYS + MOST_GROWTH * received) throw tooLarge();
      yield bytes;
    }
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    throw new LedgerError('bad-request', `the body is not what Content-Encoding ${name} makes`);
  }
}

function tooLarge(): LedgerError {
  return new LedgerError('expanded-too-large', `the body grows more than ${MOST_GROWTH} times when unpacked`);
}

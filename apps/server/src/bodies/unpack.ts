import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { LedgerError } from '#event-sourcing';

const UNPACKERS: { readonly [encoding: string]: (packed: Buffer, limit: number) => Promise<Buffer> } = {
  identity: async (packed) => packed,
  gzip: (packed, maxOutputLength) => promisify(gunzip)(packed, { maxOutputLength }),
  zstd: (packed, maxOutputLength) => promisify(zstdDecompress)(packed, { maxOutputLength }),
};

/**
 * A body as it was before its Content-Encoding, at most `limit` bytes of it. Throws `unsupported-encoding`,
 * `expanded-too-large`, and `bad-request` where the bytes are not of that encoding.
 */
export async function unpack(packed: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  const name = (encoding ?? '').trim().toLowerCase() || 'identity';
  const unpacker = UNPACKERS[name === 'x-gzip' ? 'gzip' : name];
  if (unpacker === undefined) {
    throw new LedgerError(
      'unsupported-encoding',
      'send the body as it is, or with Content-Encoding gzip or zstd',
    );
  }
  try {
    return await unpacker(packed, limit);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') {
      throw new LedgerError('bad-request', `the body is not what Content-Encoding ${name} makes`);
    }
    throw new LedgerError('expanded-too-large', `the body has more than ${limit} bytes when unpacked`, {
      limit,
    });
  }
}

import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { addVary } from './vary.js';

/** Shorter answers fit into a packet or two as they are. */
const WORTH_BYTES = 1_024;

/** How answers can be packed, the best first; levels that cost about as much time as sending would. */
const ENCODINGS = {
  br: (text: string) =>
    promisify(brotliCompress)(text, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 4,
        [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      },
    }),
  gzip: (text: string) => promisify(gzip)(text, { level: 5 }),
} as const;

type Encoding = keyof typeof ENCODINGS;

/**
 * Compresses the answers of reads where the client asks for it, outside of the thread that serves HTTP. Only reads:
 * what holds a secret (a key just made) is never compressed together with what a caller chose.
 */
export function compressReads(instance: FastifyInstance): void {
  instance.addHook('onSend', (request, reply, sent: unknown, done) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof sent !== 'string')
      return done(null, sent);
    addVary(reply, 'accept-encoding');
    const encoding = preferredEncoding(request.headers['accept-encoding']?.toString());
    if (encoding === undefined || sent.length < WORTH_BYTES) return done(null, sent);
    void reply.header('content-encoding', encoding).removeHeader('content-length');
    ENCODINGS[encoding](sent).then((packed) => done(null, packed), done);
  });
}

/** What of ours the client likes best (RFC 9110, 12.5.3); undefined: as it is. */
export function preferredEncoding(accepted: string | undefined): Encoding | undefined {
  const weights = new Map<string, number>();
  for (const part of (accepted ?? '').split(',', 20)) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  const weightOf = (name: string) => weights.get(name) ?? weights.get('*') ?? 0;
  const names = Object.keys(ENCODINGS) as Encoding[];
  const best = names.reduce((first, other) => (weightOf(other) > weightOf(first) ? other : first));
  return weightOf(best) > 0 && weightOf(best) >= (weights.get('identity') ?? 0) ? best : undefined;
}

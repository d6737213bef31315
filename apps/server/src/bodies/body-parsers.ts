import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decompressWhole, encodingOf } from '#compression';
import { LedgerError, LIMITS } from '#event-sourcing';
import type { Settings } from '#platform';
import { boundBodyTime } from './body-time.js';
import { NDJSON } from './ndjson.js';

/**
 * Lets every body arrive as its bytes, unpacked: what they mean is for the route to say, by the content type and
 * the headers. Only a stream of lines stays a stream.
 */
export function takeBodiesAsBytes(
  instance: FastifyInstance,
  { expandedLimit, bodySeconds }: Pick<Settings, 'expandedLimit' | 'bodySeconds'>,
): void {
  boundBodyTime(instance, bodySeconds * 1000);
  instance.addContentTypeParser(NDJSON, (_request, stream, done) => done(null, stream));
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    const encoding = encodingOf(request.headers['content-encoding']);
    if (encoding === undefined) return body;
    return decompressWhole(encoding, body, { mostBytes: expandedLimit, mostGrowth: LIMITS.expandedGrowth });
  });
}

/** The body's bytes. Throws `empty-body`. */
export function bodyBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  throw new LedgerError('empty-body', 'the request has no body');
}

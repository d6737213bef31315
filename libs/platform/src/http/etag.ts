import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** A weak ETag: equal for texts that mean the same, told by what `meaning` leaves in. */
export function etagOf(meaning: string | Uint8Array): string {
  return `W/"${hash('sha1', meaning, 'base64url')}"`;
}

/** Whether the header If-None-Match names the tag (weak comparison, RFC 9110). */
export function namesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(etag));
}

/**
 * Gives every successful read an ETag (that of its bytes, unless the route made one) and answers 304 where it is
 * known.
 */
export function tagReads(instance: FastifyInstance): void {
  instance.addHook('onSend', (request, reply, sent: unknown, done) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || reply.statusCode !== 200 || !(typeof sent === 'string' || Buffer.isBuffer(sent))) {
      return done(null, sent);
    }
    const etag = reply.getHeader('etag')?.toString() ?? etagOf(sent);
    void reply.header('etag', etag);
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'private, no-cache');
    if (!namesTag(request.headers['if-none-match'], etag)) return done(null, sent);
    void reply.status(304).removeHeader('content-length').removeHeader('content-type');
    done(null, '');
  });
}

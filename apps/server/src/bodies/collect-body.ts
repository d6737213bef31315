import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { LedgerError } from '#event-sourcing';
import { aborted, timedBody } from './timed-body.js';

export interface BodyBounds {
  /** Bytes of one body as it is sent. */
  readonly mostBytes: number;
  /** Time in which the whole body must arrive. */
  readonly millis: number;
}

/**
 * The bytes of a request's body, read as they come and counted against the memory for bodies. Throws `body-too-large`
 * and the errors of `HeldMemory` before anything is read where Content-Length says enough, else when they come;
 * `request-timeout`; `request-aborted` where the client leaves.
 */
export async function collectBody(
  { headers, memory, stopping }: FastifyRequest,
  stream: Readable,
  { mostBytes, millis }: BodyBounds,
): Promise<Buffer> {
  const declared = Number(headers['content-length'] ?? 0);
  if (declared > mostBytes) throw tooLarge(mostBytes);
  memory!.check(declared);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of timedBody(stream, { totalMillis: millis }, stopping)) {
    length += piece.length;
    if (length > mostBytes) throw tooLarge(mostBytes);
    memory!.take(piece.length);
    pieces.push(piece);
  }
  if (declared > length) throw aborted();
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

function tooLarge(limit: number): LedgerError {
  return new LedgerError('body-too-large', `a body has at most ${limit} bytes: send less at once`, { limit });
}

import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LedgerError } from '#event-sourcing';
import type { BodyBudget } from './body-budget.js';
import { aborted, timely } from './timely.js';

export interface BodyBounds {
  /** Bytes of one body as it is sent. */
  readonly mostBytes: number;
  /** In which it must have come whole. */
  readonly millis: number;
  /** Shared by all requests. */
  readonly budget: BodyBudget;
}

/**
 * The bytes of a request's body, read as they come and counted against the budget until the request has been answered.
 * Throws `body-too-large` and the budget's errors before anything is read where Content-Length says enough; else when
 * they come; `request-timeout`; `request-aborted` where the client leaves.
 */
export async function collectBody(
  request: FastifyRequest,
  reply: FastifyReply,
  stream: Readable,
  { mostBytes, millis, budget }: BodyBounds,
): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  const tenant = request.principal?.tenant ?? '';
  if (declared > mostBytes) throw tooLarge(mostBytes);
  budget.check(tenant, declared);
  const pieces: Buffer[] = [];
  let length = 0;
  let taken = 0;
  reply.raw.once('close', () => budget.give(tenant, taken));
  for await (const piece of timely(stream, { totalMillis: millis })) {
    length += piece.length;
    if (length > mostBytes) throw tooLarge(mostBytes);
    budget.take(tenant, piece.length);
    taken = length;
    pieces.push(piece);
  }
  if (declared > length) throw aborted();
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

function tooLarge(limit: number): LedgerError {
  return new LedgerError('body-too-large', `a body has at most ${limit} bytes: send less at once`, { limit });
}

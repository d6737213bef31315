import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { LedgerError } from '#event-sourcing';
import { aborted, bodyDeadline } from './timed-body.js';

export interface BodyBounds {
  /** Bytes of one body as it is sent. */
  readonly mostBytes: number;
  /** Time in which the whole body must arrive. */
  readonly millis: number;
}

/**
 * The bytes of a request's body, read as they come and counted against the memory for bodies. Throws `body-too-large`
 * and the errors of `HeldMemory` before anything is read where Content-Length says enough, else when they come;
 * `request-timeout`, `shutting-down`; `request-aborted` where the client leaves. The request stays open when reading
 * ends early, so that it can still be answered.
 */
export function collectBody(
  { headers, memory, stopping }: FastifyRequest,
  stream: Readable,
  { mostBytes, millis }: BodyBounds,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  const declared = Number(headers['content-length'] ?? 0);
  return new Promise((resolve, reject) => {
    if (declared > mostBytes) throw tooLarge(mostBytes);
    memory!.check(declared);
    const fail = (error: Error) => {
      stopReading();
      stream.pause();
      reject(error);
    };
    const take = (piece: Buffer) => {
      length += piece.length;
      try {
        if (length > mostBytes) throw tooLarge(mostBytes);
        memory!.take(piece.length);
        pieces.push(piece);
        deadline.prolong();
      } catch (error) {
        fail(error as Error);
      }
    };
    const end = () => {
      if (declared > length) return fail(aborted());
      stopReading();
      resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
    };
    const abort = () => fail(aborted());
    const deadline = bodyDeadline(millis, stopping, fail);
    const stopReading = () => {
      deadline.clear();
      stream.off('data', take).off('end', end).off('error', abort).off('close', abort);
    };
    stream.on('data', take).on('end', end).on('error', abort).on('close', abort);
  });
}

function tooLarge(limit: number): LedgerError {
  return new LedgerError('body-too-large', `a body has at most ${limit} bytes: send less at once`, { limit });
}

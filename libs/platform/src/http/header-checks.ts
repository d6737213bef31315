import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { LedgerError } from '#event-sourcing';

/**
 * Refuses with a problem what node would take, or refuse with an empty answer: other versions than HTTP/1.0 and 1.1,
 * a request of HTTP/1.1 without Host or with two, an Expect other than 100-continue.
 */
export function checkHeaders(instance: FastifyInstance): void {
  instance.addHook('onRequest', ({ raw }, _reply, done) => done(faultOf(raw)));
}

function faultOf({ headers, headersDistinct, httpVersion }: IncomingMessage): LedgerError | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    return new LedgerError('bad-request', 'send the request as HTTP/1.1');
  }
  const { expect } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    return new LedgerError('expectation-failed', 'nothing but 100-continue can be expected here');
  }
  const hosts = headersDistinct['host']?.length ?? 0;
  if (hosts > 1) return new LedgerError('bad-request', 'send the header Host once');
  if (hosts === 0 && httpVersion === '1.1') return new LedgerError('bad-request', 'send the header Host');
  return undefined;
}

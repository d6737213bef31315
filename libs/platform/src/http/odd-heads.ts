import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { LedgerError } from '#event-sourcing';

const EXPECTATION = Symbol('expectation');

type Expecting = IncomingMessage & { [EXPECTATION]?: boolean };

/**
 * Refuses with problems what node would refuse with an empty answer: a request of HTTP/1.1 without Host
 * (`bad-request`), and an Expect other than 100-continue (`expectation-failed`).
 */
export function refuseOddHeads(instance: FastifyInstance): void {
  instance.server.on('checkExpectation', (request: Expecting, response: ServerResponse) => {
    request[EXPECTATION] = true;
    instance.server.emit('request', request, response);
  });
  instance.addHook('onRequest', ({ raw }, _reply, done) => done(faultOf(raw)));
}

function faultOf(raw: Expecting): LedgerError | undefined {
  if (raw[EXPECTATION])
    return new LedgerError('expectation-failed', 'nothing but 100-continue can be expected here');
  const hostless = raw.headers.host === undefined && raw.httpVersion === '1.1';
  return hostless ? new LedgerError('bad-request', 'send the header Host') : undefined;
}

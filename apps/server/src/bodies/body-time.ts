import type { FastifyInstance } from 'fastify';
import { LedgerError } from '#event-sourcing';
import { NDJSON } from './ndjson.js';

/** Refuses a body that has not arrived whole in so many ms (408); a stream of lines is bounded by who reads it. */
export function boundBodyTime(instance: FastifyInstance, millis: number): void {
  instance.addHook('preParsing', (request, reply, body, done) => {
    if (request.headers['content-type']?.toLowerCase().startsWith(NDJSON)) return done(null, body);
    const timer = setTimeout(() => {
      void reply.header('connection', 'close');
      body.emit('error', new LedgerError('request-timeout', `the body did not arrive in ${millis / 1000} s`));
    }, millis);
    const stop = () => clearTimeout(timer);
    body.once('end', stop).once('error', stop).once('close', stop);
    done(null, body);
  });
}

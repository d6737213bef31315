import type { FastifyInstance } from 'fastify';
import { LedgerError } from '#event-sourcing';
import { methodsOf } from './route-table.js';
import type { RouteRow } from './route-table.js';

/**
 * Answers `method-not-allowed` with Allow, not 404, where the path has a route of another method (RFC 9110, 15.5.6).
 */
export function refuseWrongMethods(instance: FastifyInstance, routes: readonly RouteRow[]): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const methods = methodsOf(routes, request.url);
    if (methods.length === 0 || methods.includes(request.method)) return done();
    const allow = methods.join(', ');
    void reply.header('allow', allow);
    done(new LedgerError('method-not-allowed', `this route has ${allow}`));
  });
}

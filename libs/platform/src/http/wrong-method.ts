import type { FastifyInstance } from 'fastify';
import { LedgerError } from '#event-sourcing';
import type { RouteRow } from './route-table.js';

/** Answers `method-not-allowed` with Allow, not 404, where the path is there and its method is not (RFC 9110, 15.5.6). */
export function refuseWrongMethods(instance: FastifyInstance, routes: readonly RouteRow[]): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?', 1)[0]!;
    const methods = new Set(routes.filter((row) => matches(row.path, path)).map(({ method }) => method));
    if (methods.size === 0 || methods.has(request.method)) return done();
    const allow = [...methods].sort().join(', ');
    void reply.header('allow', allow);
    done(new LedgerError('method-not-allowed', `this route has ${allow}`));
  });
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]))
  );
}

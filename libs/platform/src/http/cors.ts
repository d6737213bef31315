import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { REQUEST_ID_HEADER } from './request-id.js';
import { methodsOf } from './route-table.js';
import type { RouteRow } from './route-table.js';

/** Headers of answers that scripts of other origins may read. */
const EXPOSED = [
  ...[
    'cx-views-behind',
    'etag',
    'retry-after',
    'ratelimit',
    'ratelimit-policy',
    'idempotency-replayed',
    'allow',
  ],
  REQUEST_ID_HEADER,
].join(', ');
/** Seconds for which a browser remembers what it was allowed. */
const MAX_AGE = '600';

/**
 * Lets scripts of these origins call the routes (CORS). A preflight carries no key, so it is answered before callers
 * are recognised; it allows the methods that the path has.
 */
export function allowOrigins(
  instance: FastifyInstance,
  origins: readonly string[],
  routes: readonly RouteRow[],
): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  instance.addHook('onRequest', async (request, reply) => {
    void reply.header('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return undefined;
    void reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED });
    if (isPreflight(request)) return answerPreflight(request, reply, methodsOf(routes, request.url));
    return undefined;
  });
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function answerPreflight(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  methods: readonly string[],
): FastifyReply {
  const asked = headers['access-control-request-headers'];
  return reply
    .status(204)
    .headers({
      'access-control-allow-methods': methods.join(', '),
      ...(asked !== undefined && { 'access-control-allow-headers': asked }),
      'access-control-max-age': MAX_AGE,
    })
    .send();
}

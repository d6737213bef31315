import { RouteOption } from '../http/route-option.js';
import type { AccessAction } from './access-log.js';

/** What the access log records of a route: an action, or nothing, for a reason. */
export type RouteLogging = { readonly action: AccessAction } | { readonly exempt: string };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent: only on routes that this server does not declare itself. */
    logging?: RouteLogging;
  }
}

/**
 * Every answered request of this route is recorded in the access log, after its answer was sent, unless its handler has
 * recorded it before (`RecordAccess`), as those do that open personal data.
 */
export function Logged(action: AccessAction): MethodDecorator {
  return RouteOption({ logging: { action } });
}

/** The route is not recorded in the access log; `reason` says why nobody misses it. */
export function NotLogged(reason: string): MethodDecorator {
  return RouteOption({ logging: { exempt: reason } });
}

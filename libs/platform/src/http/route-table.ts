import type { FastifyInstance } from 'fastify';
import type { RouteLogging } from '../access/logged.js';
import type { RouteAccess } from '../access/roles.js';

/** A route as it is registered. */
export interface RouteRow {
  readonly method: string;
  /** With its parameters: `/v1/customers/:id`. */
  readonly path: string;
  /** Undefined where nobody may call it. */
  readonly access: RouteAccess | undefined;
  /** What the access log records of it; undefined on routes that the server does not declare itself. */
  readonly logging: RouteLogging | undefined;
}

/** Collects every route that is registered from now on. */
export function collectRoutes(instance: FastifyInstance): readonly RouteRow[] {
  const rows: RouteRow[] = [];
  instance.addHook('onRoute', ({ method, url, config }) => {
    const { access, logging } = config ?? {};
    for (const name of [method].flat()) rows.push({ method: name, path: url, access, logging });
  });
  return rows;
}

/** The methods of the routes at a URL, in alphabetical order; none where there is no route. */
export function methodsOf(routes: readonly RouteRow[], url: string): readonly string[] {
  const path = url.split('?', 1)[0]!;
  return [...new Set(routes.filter((row) => matches(row.path, path)).map(({ method }) => method))].sort();
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  // A wildcard stands for the rest of the path.
  const rest = wanted.findIndex((part) => part.startsWith('*'));
  if (rest >= 0) {
    wanted.splice(rest);
    given.splice(rest);
  }
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]))
  );
}

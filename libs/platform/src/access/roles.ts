import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiSecurity } from '@nestjs/swagger';

/** What a key may do: bring events in, read views, look into histories, or everything of its tenant. */
export const ROLES = ['publisher', 'reader', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who may call a route: holders of one of these roles (an admin always), or everyone. */
export type RouteAccess = readonly Role[] | 'everyone';

/** The metadata under which a handler says who may call it. */
export const ROUTE_ACCESS = 'cx:access';

/** The route is for holders of one of these roles, and for admins. */
export function Roles(...roles: readonly [Role, ...Role[]]): MethodDecorator {
  return applyDecorators(
    SetMetadata(ROUTE_ACCESS, roles),
    RouteConfig({ access: roles }),
    ApiSecurity('key', [...new Set<string>([...roles, 'admin'])]),
  );
}

/** The route needs no key: health, and descriptions that hold nobody's data. */
export function Everyone(): MethodDecorator {
  return applyDecorators(SetMetadata(ROUTE_ACCESS, 'everyone'), RouteConfig({ access: 'everyone' }));
}

/** Whether a holder of `held` may call a route of `access`. */
export function mayCall(access: RouteAccess, held: ReadonlySet<Role>): boolean {
  return access === 'everyone' || held.has('admin') || access.some((role) => held.has(role));
}

import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { Role } from '#api';
import { RouteOption } from '../http/route-option.js';

/** Who may call a route: holders of one of these roles (an admin always), the machine's operator alone, or everyone. */
export type RouteAccess = readonly Role[] | 'operator' | 'everyone';

/** The metadata under which a handler says who may call it. */
export const ROUTE_ACCESS = 'cx:access';

/** The route is for holders of one of these roles, and for admins; one for readers is for auditors too. */
export function Roles(...roles: readonly [Role, ...Role[]]): MethodDecorator {
  return applyDecorators(
    SetMetadata(ROUTE_ACCESS, roles),
    RouteOption({ access: roles }),
    ApiSecurity('key', [...holdersOf(roles)]),
  );
}

/** The route concerns every tenant, so no tenant's admin may call it: only the machine's operator. */
export function OperatorOnly(): MethodDecorator {
  return applyDecorators(
    SetMetadata(ROUTE_ACCESS, 'operator'),
    RouteOption({ access: 'operator' }),
    ApiSecurity('key', ['operator']),
  );
}

/** The route needs no key: health, and descriptions that hold nobody's data. */
export function Everyone(): MethodDecorator {
  return applyDecorators(SetMetadata(ROUTE_ACCESS, 'everyone'), RouteOption({ access: 'everyone' }));
}

/** Whether the caller may call a route of `access`. */
export function mayCall(
  access: RouteAccess,
  { roles, isOperator = false }: { readonly roles: ReadonlySet<Role>; readonly isOperator?: boolean },
): boolean {
  if (access === 'everyone' || access === 'operator') return access === 'everyone' || isOperator;
  return holdersOf(access).some((role) => roles.has(role));
}

/** The roles whose holders may call a route for `roles`: an auditor reads what a reader reads, an admin may do all. */
function holdersOf(roles: readonly Role[]): readonly Role[] {
  return [...new Set<Role>([...roles, ...(roles.includes('reader') ? (['auditor'] as const) : []), 'admin'])];
}

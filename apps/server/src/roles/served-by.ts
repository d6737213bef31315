import { Injectable, SetMetadata } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LedgerError } from '#event-sourcing';
import { Settings } from '#platform';
import type { ServerRole } from '#platform';

const SERVED_BY = 'cx:served-by';

/**
 * The routes of a controller need a server that has one of these roles (`CX_ROLE`); without it every server has them.
 */
export function ServedBy(...roles: readonly [ServerRole, ...ServerRole[]]): ClassDecorator {
  return SetMetadata(SERVED_BY, roles);
}

/** Refuses routes of roles that this server does not have: `not-in-role` (421) names a role that has them. */
@Injectable()
export class RoleGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly settings: Settings,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const needed = this.reflector.get<readonly ServerRole[] | undefined>(SERVED_BY, context.getClass());
    const { roles } = this.settings;
    if (needed === undefined || needed.some((role) => roles.includes(role))) return true;
    throw new LedgerError(
      'not-in-role',
      `this server has the role ${roles.join(', ')}: ask one with the role ${needed.join(' or ')} (CX_ROLE)`,
      { roles, needed },
    );
  }
}

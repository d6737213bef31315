import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Role } from '#api';
import type { RouteAccess } from './roles.js';

/** Who is calling: for which tenant, with which roles. */
export interface Principal {
  /** The key's id, or `operator`: the publisher of what it records. */
  readonly subject: string;
  /** The key's label; absent for the operator and for tokens. */
  readonly label?: string;
  readonly tenant: string;
  readonly roles: ReadonlySet<Role>;
  /** True for the machine's operator only; a subject of that name is no evidence. */
  readonly isOperator?: true;
  /** True where reading by this key is not recorded in the access log. */
  readonly isUnlogged?: true;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, on every route that is not for everyone. */
    principal?: Principal;
  }
  interface FastifyContextConfig {
    /** Who may call the route; absent: nobody. */
    access?: RouteAccess;
  }
}

/** The caller, as a parameter of a controller's method. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<FastifyRequest>().principal!,
);

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LedgerError } from '#event-sourcing';
import type { KeyRing } from './key-ring.js';
import { Operator, TENANT_HEADER } from './operator.js';
import type { Principal } from './principal.js';
import { mayCall } from './roles.js';
import type { RouteAccess } from './roles.js';
import type { Tenants } from './tenants.js';
import { TokenVerifier } from './token-verifier.js';

/** Authenticates callers by their keys and tokens. */
export interface Authenticators {
  readonly keys: KeyRing;
  readonly operator: Operator;
  readonly tenants: Tenants;
  /** Absent: API keys only. */
  readonly tokens?: TokenVerifier;
}

/**
 * Authenticates and authorises the caller before the body is read: `unauthenticated` (401), `forbidden` (403),
 * `unknown-tenant` (404). A route that names no roles is refused to everyone; paths in `open` belong to the
 * documentation page, whose routes cannot be decorated here.
 */
export function guardRoutes(
  instance: FastifyInstance,
  authenticators: Authenticators,
  open: readonly string[],
): void {
  instance.addHook('onRequest', async (request) => {
    if (request.is404 || open.some((prefix) => request.routeOptions.url?.startsWith(prefix))) return;
    const { access } = request.routeOptions.config;
    if (access === 'everyone') return;
    const principal = await authenticate(request, authenticators);
    if (access === undefined || !mayCall(access, principal)) {
      throw new LedgerError('forbidden', `this needs ${neededFor(access)}`);
    }
    if (access !== 'operator') await authenticators.tenants.check(principal.tenant);
    request.principal = principal;
  });
}

function neededFor(access: RouteAccess | undefined): string {
  if (access === undefined || access === 'everyone') return 'a right that nobody has';
  if (access === 'operator') return 'the operator’s key: use cx on the server’s machine';
  return `a key with the role ${access.join(' or ')}, or admin`;
}

async function authenticate(
  request: FastifyRequest,
  { keys, operator, tokens }: Authenticators,
): Promise<Principal> {
  const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) {
    throw new LedgerError(
      'unauthenticated',
      'send the header Authorization: Bearer <key> (cx keys makes one)',
    );
  }
  const tenant = request.headers[TENANT_HEADER]?.toString();
  const principal =
    operator.authenticate(token, tenant) ??
    (tokens !== undefined && TokenVerifier.looksLikeToken(token)
      ? await tokens.authenticate(token)
      : await keys.authenticate(token));
  if (principal === undefined) {
    throw new LedgerError('unauthenticated', 'the key is unknown, wrong or revoked, or the token not valid');
  }
  if (tenant !== undefined && tenant !== principal.tenant) {
    throw new LedgerError(
      'forbidden',
      `the key belongs to tenant ${principal.tenant}, not to the one named by ${TENANT_HEADER}`,
    );
  }
  return principal;
}

import type { FastifyRequest } from 'fastify';
import { formatTime, InvalidInput, LIMITS, shortened } from '#event-sourcing';
import type { AccessAction, AccessEntry } from '#journey';
import { personInText } from '#journey';
import type { Principal } from './principal.js';

export type { AccessAction } from '#journey';

/** The header in which a caller says what a request is for. */
export const PURPOSE_HEADER = 'x-purpose';

/** Where accesses are recorded. */
export abstract class AccessLog {
  /** Records it within a second or so; what a crash loses of it is bounded by that. */
  abstract note(tenant: string, entry: AccessEntry): void;
  /** Resolves when it is durable. */
  abstract write(tenant: string, entry: AccessEntry): Promise<void>;
  /** Throws Overloaded where the tenant has reached its bound of accesses that wait to be recorded. */
  abstract checkRoom(tenant: string): void;
}

/** What a request does, for the access log. */
export interface Access {
  readonly action: AccessAction;
  readonly customer?: string;
  readonly records: number;
  /** Which events were opened, or what was changed. */
  readonly detail?: string;
}

/** The part of a request that the access log reads. */
type Accessing = Pick<FastifyRequest, 'id' | 'method' | 'url' | 'headers'> & {
  readonly routeOptions: { readonly url?: string };
};

/** The entry of an access by a request. `at` in milliseconds since 1970. */
export function accessEntry(
  request: Accessing,
  { subject, roles, isOperator }: Principal,
  { action, customer, records, detail }: Access,
  at: number,
): AccessEntry {
  const question = questionOf(request.url);
  const purpose = purposeOf(request);
  return {
    ...{ at: formatTime(at), subject, action, records, requestId: request.id },
    roles: isOperator === true ? 'operator' : [...roles].sort().join(','),
    route: `${request.method} ${(request.routeOptions.url ?? '').replace(/:(\w+)/g, '{$1}')}`,
    ...(customer !== undefined && { customer: customer.slice(0, LIMITS.subjectBytes) }),
    ...(question !== '' && { question }),
    ...(purpose !== undefined && { purpose }),
    ...(detail !== undefined && detail !== '' && { detail: shortened(detail, LIMITS.accessQuestion) }),
  };
}

/** Throws InvalidInput `invalid-purpose` where the header is too long, or names a person. */
export function purposeOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const purpose = headers[PURPOSE_HEADER]?.toString().trim();
  if (purpose === undefined || purpose === '') return undefined;
  const named = personInText(purpose) !== undefined;
  const detail = named
    ? 'must not hold an e-mail address or a telephone number: it is kept for ever'
    : `must be at most ${LIMITS.accessPurpose} printable characters of ASCII`;
  if (!named && purpose.length <= LIMITS.accessPurpose && /^[\x20-\x7e]*$/.test(purpose)) return purpose;
  throw new InvalidInput('invalid-purpose', `the header ${PURPOSE_HEADER} ${detail}`, [
    { pointer: `/${PURPOSE_HEADER}`, detail },
  ]);
}

/** Without cursors, which say nothing to a reader, and without the values of aliases, which may be personal. */
function questionOf(url: string): string {
  const text = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  if (text === '') return '';
  const parameters = new URLSearchParams(text);
  parameters.delete('cursor');
  const alias = parameters.get('alias');
  if (alias !== null) parameters.set('alias', `${alias.split(':', 1)[0]!}:…`);
  return shortened(decodeURIComponent(parameters.toString().replaceAll('+', ' ')), LIMITS.accessQuestion);
}

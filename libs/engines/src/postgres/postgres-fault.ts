import { LedgerError, StoreFault } from '#event-sourcing';
import { AnswerLate } from './client.js';

/** The beginning of the codes of each store: `views-unavailable`. */
export type StoreName = 'key-store' | 'access-store' | 'operations-store' | 'views';

interface Kind {
  readonly suffix: 'unavailable' | 'refused' | 'timeout' | 'full' | 'busy' | 'failed';
  readonly message: string;
}

const UNAVAILABLE: Kind = {
  suffix: 'unavailable',
  message: 'the PostgreSQL server of CX_VIEWS or CX_KEYS cannot be reached, or is starting or stopping',
};
const REFUSED: Kind = {
  suffix: 'refused',
  message:
    'the PostgreSQL server refuses this user, password, database or privilege: correct CX_VIEWS or CX_KEYS, or grant it',
};
const ROLES: Kind = {
  suffix: 'refused',
  message:
    'the PostgreSQL user of CX_VIEWS may not make the roles of cx_v1: let an administrator run ' +
    'CREATE ROLE cx_reporting NOLOGIN; CREATE ROLE cx_reader NOLOGIN; GRANT cx_reporting, cx_reader TO <that user> WITH ADMIN OPTION',
};
const UNTRUSTED: Kind = {
  suffix: 'refused',
  message:
    'the certificate of the PostgreSQL server of CX_VIEWS or CX_KEYS is not trusted: name its authority by sslrootcert, and the host as in the certificate',
};
const NO_TLS: Kind = {
  suffix: 'refused',
  message: 'the PostgreSQL server of CX_VIEWS or CX_KEYS speaks no TLS: switch ssl on there',
};
const TIMEOUT: Kind = { suffix: 'timeout', message: 'a statement took longer than it may in PostgreSQL' };
const FULL: Kind = { suffix: 'full', message: 'PostgreSQL has no room left: make room on its disk' };
const BUSY: Kind = { suffix: 'busy', message: 'another transaction of PostgreSQL was in the way: try again' };
const FAILED: Kind = { suffix: 'failed', message: 'PostgreSQL could not do it' };

/** By SQLSTATE (https://www.postgresql.org/docs/18/errcodes-appendix.html): the whole, then its class. */
const BY_STATE: Readonly<Record<string, Kind>> = {
  CX002: ROLES,
  '57014': TIMEOUT,
  '25P03': TIMEOUT,
  '25P04': TIMEOUT,
  '57P01': UNAVAILABLE,
  '57P02': UNAVAILABLE,
  '57P03': UNAVAILABLE,
  '57P05': UNAVAILABLE,
  '53300': UNAVAILABLE,
  '53100': FULL,
  '53200': FULL,
  '08': UNAVAILABLE,
  '28': REFUSED,
  '3D': REFUSED,
  '42501': REFUSED,
  '40': BUSY,
  '55': BUSY,
};

/** Raised by functions of the schema: the code of the LedgerError and what it says. */
const REFUSALS: Readonly<Record<string, readonly [code: string, message: string]>> = {
  CX001: ['another-writer', 'another projector has committed to these views'],
  CX003: ['partition-lost', 'another projector has claimed a partition'],
  CX004: ['customers-changed', 'another projector has written to the same customers'],
  CX005: ['relay-taken-over', 'another server has taken the relay over'],
};

/** The operating system's codes of a connection that cannot be made, or has ended. */
const LOST_CODES = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;
/** Node's codes of a certificate that is refused, or a file that is no certificate. */
const TLS_CODES = /^(ERR_(TLS|SSL|OSSL)|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;
/** What the driver says without any code. */
const NO_TLS_MESSAGE = 'The server does not support SSL connections';
const LOST_MESSAGES = /Connection terminated|connection error|not queryable/;

/**
 * The StoreFault that an error of the driver means: `<store>-unavailable`, `-refused`, `-timeout`, `-full`, `-busy` or
 * `-failed`. Its message holds the SQLSTATE at most: a server's own message may quote SQL and values. Errors that are
 * not the driver's are returned as they are.
 */
export function postgresFault(error: unknown, store: StoreName): Error {
  if (error instanceof LedgerError) return error;
  const { code } = error as { code?: unknown };
  const refused = typeof code === 'string' ? REFUSALS[code] : undefined;
  if (refused !== undefined) return new LedgerError(...refused);
  const kind = kindOf(error);
  if (kind === undefined) return error as Error;
  const cause = typeof code === 'string' ? code : 'connection lost';
  return new StoreFault(`${store}-${kind.suffix}`, `${kind.message} (${cause})`, { cause });
}

/** Whether the connection was lost, so that the same may work on another one. */
export function isLost(error: unknown): boolean {
  return kindOf(error)?.suffix === 'unavailable';
}

function kindOf(error: unknown): Kind | undefined {
  const { code, message = '' } = error as { code?: unknown; message?: string };
  if (typeof code === 'string') {
    if (LOST_CODES.test(code)) return UNAVAILABLE;
    if (TLS_CODES.test(code)) return UNTRUSTED;
    if (/^[0-9A-Z]{5}$/.test(code)) return BY_STATE[code] ?? BY_STATE[code.slice(0, 2)] ?? FAILED;
  }
  if (message === NO_TLS_MESSAGE) return NO_TLS;
  return error instanceof AnswerLate || LOST_MESSAGES.test(message) ? UNAVAILABLE : undefined;
}

import { InvalidInput, nearest } from '#event-sourcing';

/** Where a ledger is kept on an EventStoreDB. */
export interface EventStoreDbAddress {
  /** What the client is given: hosts, TLS, credentials, as EventStoreDB's own documentation has them. */
  readonly connection: string;
  /** Before the name of each stream, so that several ledgers can share a server; empty for the one that needs none. */
  readonly streamPrefix: string;
}

const SCHEME = /^esdb(\+discover)?:\/\/[^\s]+$/;
/** The names of the same protocol since the server is called KurrentDB, which the client does not know. */
const LATER_SCHEME = /^(kurrentdb|kdb)(?=\+|:)/;
const LEDGER = /^[a-z0-9]{1,40}$/;
const OWN_PARAMETER = 'ledger';
/** The client would print a warning of others, with the whole string and its password. */
const PARAMETERS = [
  ...[OWN_PARAMETER, 'tls', 'tlsCAFile', 'tlsVerifyCert', 'userCertFile', 'userKeyFile', 'connectionName'],
  ...['nodePreference', 'dnsDiscover', 'maxDiscoverAttempts', 'discoveryInterval', 'gossipTimeout'],
  ...['keepAliveInterval', 'keepAliveTimeout', 'defaultDeadline', 'throwOnAppendFailure'],
];
const KNOWN = new Set(PARAMETERS.map((name) => name.toLowerCase()));
/** With it the client would report a wrong revision as an answer among others: never so here. */
const DROPPED_PARAMETER = 'throwonappendfailure';

/**
 * Reads `esdb://user:password@host:2113?tls=true` (several hosts separated by commas, or `esdb+discover://`, for a cluster).
 * The parameter `ledger=<name>` is ours, and `throwOnAppendFailure` is decided here: neither is passed on. Throws InvalidInput `invalid-config`, without credentials.
 */
export function parseConnectionString(text: string): EventStoreDbAddress {
  const [before = '', ...queries] = text.replace(LATER_SCHEME, 'esdb').split('?');
  const parameters = queries.flatMap((query) => query.split('&')).filter((parameter) => parameter !== '');
  // As the client reads it.
  const nameOf = (parameter: string) => parameter.split('=')[0]!.toLowerCase().replace(/[_-]/g, '');
  const ledger = parameters.find((parameter) => nameOf(parameter) === OWN_PARAMETER)?.split('=')[1];
  if (!SCHEME.test(before)) throw invalid('it must look like esdb://host:2113?tls=true');
  const unknown = parameters.map(nameOf).find((name) => !KNOWN.has(name));
  if (unknown !== undefined || queries.length > 1) throw invalid(unknownParameter(unknown));
  if (ledger !== undefined && !LEDGER.test(ledger))
    throw invalid('its parameter ledger takes 1 to 40 small letters and digits');
  if (parameters.some((parameter) => nameOf(parameter) === 'tlsverifycert' && parameter.endsWith('=false')))
    throw invalid(
      'certificates are always verified: name their authority by tlsCAFile, without tlsVerifyCert',
    );
  const others = parameters.filter(
    (parameter) => ![OWN_PARAMETER, DROPPED_PARAMETER].includes(nameOf(parameter)),
  );
  const connection = others.length === 0 ? before : `${before}?${others.join('&')}`;
  return { connection, streamPrefix: ledger === undefined ? '' : `${ledger}_` };
}

/** Not the parameter itself: it may be the rest of a password with a question mark. */
function unknownParameter(name = ''): string {
  const meant = nearest(name, PARAMETERS) ?? PARAMETERS.join(', ');
  return `behind its ? is a parameter that is not known; known: ${meant} (write ? in a user or password as %3F)`;
}

/** The error of a connection string that cannot be used. It repeats nothing of it: where it is malformed, any part may be the password. */
export function invalid(detail: string): InvalidInput {
  const message = `the connection string of EventStoreDB (CX_STORE) cannot be used: ${detail}`;
  return new InvalidInput('invalid-config', message, [{ pointer: 'CX_STORE', detail }]);
}

import { InvalidInput } from '#event-sourcing';

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
/** In small letters. The client would print a warning of others, with the whole string and its password. */
const PARAMETERS = new Set([
  OWN_PARAMETER,
  ...['tls', 'tlscafile', 'tlsverifycert', 'usercertfile', 'userkeyfile', 'connectionname', 'nodepreference'],
  ...['dnsdiscover', 'maxdiscoverattempts', 'discoveryinterval', 'gossiptimeout'],
  ...['keepaliveinterval', 'keepalivetimeout', 'defaultdeadline', 'throwonappendfailure'],
]);
/** With it the client would report a wrong revision as an answer among others: never so here. */
const DROPPED_PARAMETER = 'throwonappendfailure';

/**
 * Reads `esdb://user:password@host:2113?tls=true` (several hosts separated by commas, or `esdb+discover://`, for a cluster).
 * The parameter `ledger=<name>` is ours, and `throwOnAppendFailure` is decided here: neither is passed on. Throws InvalidInput `invalid-config`, without credentials.
 */
export function parseConnectionString(text: string): EventStoreDbAddress {
  const [before = '', query = ''] = text.replace(LATER_SCHEME, 'esdb').split('?', 2);
  const parameters = query.split('&').filter((parameter) => parameter !== '');
  // As the client reads it.
  const nameOf = (parameter: string) => parameter.split('=')[0]!.toLowerCase().replace(/[_-]/g, '');
  const ledger = parameters.find((parameter) => nameOf(parameter) === OWN_PARAMETER)?.split('=')[1];
  if (!SCHEME.test(before)) throw invalid(text, 'it must look like esdb://host:2113?tls=true');
  if (ledger !== undefined && !LEDGER.test(ledger))
    throw invalid(text, 'its parameter ledger takes 1 to 40 small letters and digits');
  const unknown = parameters.map(nameOf).find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined) throw invalid(text, `it has a parameter that is not known: ${unknown}`);
  if (parameters.some((parameter) => nameOf(parameter) === 'tlsverifycert' && parameter.endsWith('=false')))
    throw invalid(
      text,
      'certificates are always verified: name their authority by tlsCAFile, without tlsVerifyCert',
    );
  const others = parameters.filter(
    (parameter) => ![OWN_PARAMETER, DROPPED_PARAMETER].includes(nameOf(parameter)),
  );
  const connection = others.length === 0 ? before : `${before}?${others.join('&')}`;
  return { connection, streamPrefix: ledger === undefined ? '' : `${ledger}_` };
}

/** The connection string for messages: without user, password and parameters that name key files. */
export function redacted(text: string): string {
  const [begin, end] = [text.indexOf('//'), text.lastIndexOf('@')];
  const withoutUser = begin !== -1 && end > begin ? `${text.slice(0, begin)}//…${text.slice(end)}` : text;
  return withoutUser.replace(/((?:user(?:cert|key)file|tlscafile)=)[^&]*/gi, '$1…');
}

/** The error of a connection string that cannot be used, without its secrets. */
export function invalid(text: string, detail: string): InvalidInput {
  const message = `the connection string ${redacted(text)} cannot be used: ${detail}`;
  return new InvalidInput('invalid-config', message, [{ pointer: 'CX_STORE', detail }]);
}

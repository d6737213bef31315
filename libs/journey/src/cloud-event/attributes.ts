import { formatTime, LIMITS, parseTime } from '#event-sourcing';
import { type Identifier, personalIdentifiers } from '../identifiers.js';
import { type PersonKind, personIn, personInName } from '../person-in.js';
import type { TouchpointSchema } from '../schema.js';
import type { EventData } from '../sealing.js';
import { identifierFault } from '../text.js';
import type { Findings } from './findings.js';

/** `id` or `source`: text of bounded length. */
export function checkName(name: 'id' | 'source', value: unknown, maxBytes: number, found: Findings): string {
  if (typeof value !== 'string') {
    const missing = value === undefined || value === null;
    found.add(`/${name}`, `\`${name}\` must be text${missing ? '; it is missing' : ''}`);
    return '';
  }
  const fault = identifierFault(value, maxBytes, false);
  if (fault !== undefined) found.add(`/${name}`, `\`${name}\` must ${fault}`);
  else if (name === 'source' && /\s/.test(value)) {
    found.add('/source', '`source` must be a URI reference without blanks, e.g. "/crm/europe"');
  }
  return value;
}

/** The customer; undefined on the tenant's own events. */
export function checkSubject(
  value: unknown,
  schema: TouchpointSchema | undefined,
  found: Findings,
): string | undefined {
  if (schema?.subject === 'tenant') {
    if (value === undefined || value === null) return undefined;
    found.add(
      '/subject',
      `\`subject\` must be left out: ${schema.name} is about the tenant, not about a customer`,
    );
    return undefined;
  }
  if (typeof value !== 'string') {
    const missing = value === undefined || value === null ? '; it is missing' : '';
    found.add('/subject', `\`subject\` must be the customer's id as text${missing}`);
    return undefined;
  }
  const fault = identifierFault(value, LIMITS.subjectBytes);
  if (fault !== undefined) found.add('/subject', `\`subject\` must ${fault}`);
  else checkImpersonal('/subject', 'subject', value, found);
  return value;
}

/** A customer's id must not be an e-mail address or a telephone number. */
export function checkImpersonal(pointer: string, name: string, value: unknown, found: Findings): void {
  const person = typeof value === 'string' ? personIn(value) : undefined;
  if (person !== undefined) found.add(pointer, looksLike(name, person), 'personal-identifier');
}

function looksLike(name: string, person: PersonKind): string {
  const what = person === 'e-mail' ? 'an e-mail address' : 'a telephone number';
  return `\`${name}\` looks like ${what}; use an id that says nothing of the person, such as the CRM's number`;
}

/** How personal identifiers other than customers' are handled: refused, or recorded unencrypted with a warning. */
export type IdentifierRule = 'refuse' | 'warn';

/** Identifiers of events, agents, contacts and the like must not be personal either. */
export function checkIdentifiers(
  { id, source, schema, data }: { id: string; source: string; schema: TouchpointSchema; data: EventData },
  rule: IdentifierRule,
  found: Findings,
): void {
  const identifiers: Identifier[] = [];
  if (personInName(id) !== undefined) identifiers.push({ name: 'id', pointer: '/id' });
  if (personInName(source) !== undefined) identifiers.push({ name: 'source', pointer: '/source' });
  for (const { name, pointer } of personalIdentifiers(schema.shape, data))
    identifiers.push({ name, pointer: `/data${pointer}` });
  for (const { name, pointer } of identifiers) {
    const detail = `\`${name}\` looks like an e-mail address or a telephone number, and identifiers are recorded in clear; use one that says nothing of a person`;
    if (rule === 'warn') found.warn(pointer, detail);
    else if (!found.faults.some((fault) => fault.pointer === pointer))
      found.add(pointer, detail, 'personal-identifier');
  }
}

const WITHOUT_OFFSET = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/;

/** `time` in milliseconds since 1970; NaN where it is invalid. */
export function checkTime(value: unknown, now: number, found: Findings): number {
  const millis = typeof value === 'string' ? parseTime(value) : undefined;
  if (millis === undefined) {
    found.add('/time', timeFault(value));
    return NaN;
  }
  if (millis > now + LIMITS.eventAheadMillis) {
    const clock = formatTime(now);
    const fix = 'send it once it has happened, or set the clock of the source right';
    const detail = `\`time\` is more than five minutes ahead of the ledger's clock (${clock}); ${fix}`;
    found.add('/time', detail, 'time-in-future');
  }
  return millis;
}

function timeFault(value: unknown): string {
  const example = 'e.g. 2026-01-31T10:00:00Z';
  if (value === undefined || value === null) return `\`time\` is missing; say when it happened, ${example}`;
  if (typeof value !== 'string') return `\`time\` must be text in RFC 3339, ${example}`;
  if (WITHOUT_OFFSET.test(value)) return `\`time\` needs an offset, ${example}`;
  return `\`time\` must be a time of the calendar in RFC 3339, in the years 0100 to 9999, ${example}`;
}

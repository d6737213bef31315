import { escapePointerStep, type Json, LIMITS } from '#event-sourcing';
import { personIn } from '../person-in.js';
import { isWellFormed } from '../text.js';
import type { Findings } from './findings.js';

/** The attributes that CloudEvents 1.0 itself defines, but `dataschema`, which is kept like an extension. */
const CONTEXT = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'data',
  'data_base64',
]);

/** Known extensions: recorded unencrypted, since they hold no personal data. */
const KNOWN = new Set([
  'dataschema',
  'sequence',
  'sequencetype',
  'correlation',
  'correlationid',
  'causationid',
  'traceparent',
  'tracestate',
  'partitionkey',
  'recordedtime',
]);

/** The extension attributes of an event, by how they are recorded. */
export interface Extensions {
  readonly sequence?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly known: { readonly [name: string]: Json };
  readonly unknown: { readonly [name: string]: Json };
}

const NONE: Extensions = { known: {}, unknown: {} };

/** All attributes that CloudEvents does not define. Null counts as absent. */
export function checkExtensions(
  event: { readonly [attribute: string]: unknown },
  found: Findings,
): Extensions {
  let entries: [string, Json][] | undefined;
  for (const name of Object.keys(event)) {
    if (CONTEXT.has(name)) continue;
    const value = event[name];
    if (value === undefined || value === null || !checkExtension(name, value, found)) continue;
    (entries ??= []).push([name, value as Json]);
  }
  if (entries === undefined) return NONE;
  if (entries.length > LIMITS.extensions) {
    found.add(
      '',
      `an event may have ${LIMITS.extensions} extension attributes; put the others into \`data\``,
    );
    return NONE;
  }
  return sort(entries);
}

const NAME = /^[a-z0-9]+$/;

function checkExtension(name: string, value: unknown, found: Findings): boolean {
  if (!NAME.test(name) || name.length > LIMITS.extensionName) {
    const rule =
      'an attribute is named with lower-case letters and digits only; other fields belong into `data`';
    found.add(isWellFormed(name) ? `/${escapePointerStep(name)}` : '', rule);
    return false;
  }
  const fault = extensionFault(value);
  if (fault !== undefined) found.add(`/${name}`, `\`${name}\` must ${fault}`);
  return fault === undefined;
}

function extensionFault(value: unknown): string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? undefined : 'be a whole number below 2^53, or text';
  if (typeof value !== 'string')
    return 'be text, a whole number, true or false: other values belong into `data`';
  if (value.length > LIMITS.extensionValue) return `be at most ${LIMITS.extensionValue} characters long`;
  return isWellFormed(value) ? undefined : 'not hold half a character (a lone surrogate)';
}

/** A known extension whose value looks personal is treated like an unknown one: it is sealed. */
function sort(entries: readonly [string, Json][]): Extensions {
  const named: { sequence?: string; correlationId?: string; causationId?: string } = {};
  const known: [string, Json][] = [];
  const unknown: [string, Json][] = [];
  for (const [name, value] of entries) {
    const text = String(value);
    if (!KNOWN.has(name) || personIn(text) !== undefined) unknown.push([name, value]);
    else if (name === 'sequence' && /^[0-9]{1,15}$/.test(text)) named.sequence = text;
    else if (name === 'correlationid') named.correlationId = text;
    else if (name === 'causationid') named.causationId = text;
    else known.push([name, value]);
  }
  return { ...named, known: Object.fromEntries(known), unknown: Object.fromEntries(unknown) };
}

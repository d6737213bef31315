import { LIMITS, readJsonText, type Json, type ReadJson } from '#event-sourcing';
import { isObject } from '../check/compile.js';
import type { TouchpointSchema } from '../schema.js';
import type { EventData } from '../sealing.js';
import { checkImpersonal } from './attributes.js';
import type { Findings } from './findings.js';
import { checkValues } from './values.js';

interface Envelope {
  readonly [attribute: string]: unknown;
}

const NOTHING: EventData = {};

/** The data of the event, checked against its schema where that is known. */
export function checkData(event: Envelope, schema: TouchpointSchema | undefined, found: Findings): EventData {
  checkContentType(event['datacontenttype'], found);
  const data = dataOf(event, found);
  if (data === undefined || !checkValues(data, '/data', found)) return NOTHING;
  if (schema === undefined) return NOTHING;
  const faults = schema.check(data);
  if (faults.length > 0) {
    found.addAll('/data', faults);
    return NOTHING;
  }
  checkCustomers(event, schema, data as EventData, found);
  for (const { pointer, detail } of schema.warn(data as EventData)) found.warn(`/data${pointer}`, detail);
  return data as EventData;
}

/** Customers named in the data, besides the subject. */
function checkCustomers(event: Envelope, { kind }: TouchpointSchema, data: EventData, found: Findings): void {
  if (kind === 'identity') checkMerged(event['subject'], data, found);
  else if (kind === 'alert') checkImpersonal('/data/customer', 'customer', data['customer'], found);
}

function checkMerged(subject: unknown, { mergedId }: EventData, found: Findings): void {
  checkImpersonal('/data/mergedId', 'mergedId', mergedId, found);
  if (mergedId === subject) {
    found.add(
      '/data/mergedId',
      '`mergedId` must be another customer than `subject`: nobody is merged with themselves',
    );
  }
}

const JSON_TYPE = /^[\w.!#$&^-]+\/(?:[\w.!#$&^-]+\+)?json\s*(?:;.*)?$/i;

function checkContentType(value: unknown, found: Findings): void {
  if (value === undefined || value === null) return;
  if (typeof value === 'string' && JSON_TYPE.test(value)) return;
  found.add(
    '/datacontenttype',
    '`datacontenttype` must be a JSON type such as "application/json", or left out',
  );
}

function dataOf(event: Envelope, found: Findings): Json | undefined {
  const data = event['data'];
  const encoded = event['data_base64'];
  if (encoded !== undefined && encoded !== null) {
    if (data === undefined) return decode(encoded, found);
    found.add('/data_base64', 'only one of `data` and `data_base64` may be given');
    return undefined;
  }
  if (isObject(data)) return data as EventData;
  found.add('/data', `\`data\` must be an object with the fields of the touchpoint${dataHint(data)}`);
  return undefined;
}

function dataHint(data: unknown): string {
  if (data === undefined || data === null) return '; it is missing';
  return typeof data === 'string' && /^\s*\{/.test(data)
    ? '; it is JSON within a text: send the object itself'
    : '';
}

function decode(encoded: unknown, found: Findings): Json | undefined {
  const read = typeof encoded === 'string' ? readBase64(encoded) : undefined;
  if (read === undefined || !isObject(read.value)) {
    found.add('/data_base64', '`data_base64` must be the base64 of a JSON object in UTF-8');
    return undefined;
  }
  for (const { pointer, detail } of read.faults) found.add(`/data${pointer}`, `the value ${detail}`);
  return read.faults.length === 0 ? (read.value as EventData) : undefined;
}

function readBase64(encoded: string): ReadJson | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    return readJsonText(new TextDecoder('utf-8', { fatal: true }).decode(bytes), LIMITS.eventDepth);
  } catch {
    return undefined; // not base64, not UTF-8, or not JSON: one sentence says what it should be
  }
}

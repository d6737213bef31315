import { type InputFault, InvalidInput, LIMITS, readJsonText } from '#event-sourcing';
import { TOO_MANY_HEADERS } from './limit-headers.js';
import { hasHeader, headerText, type RecordHeaders } from './record-headers.js';
import { UNDECODABLE } from './undecodable.js';
import { decodeUtf8 } from './utf8.js';

/** What is read of a Kafka record. Header values may be null (Java producers send such), which kafkajs's types deny. */
export interface IncomingRecord {
  readonly value: Uint8Array | null;
  readonly headers?: RecordHeaders;
}

/** A Kafka record read as a CloudEvent to be checked, or why it is none. */
export type ReadRecord = { readonly tenant: string; readonly input: unknown } | RecordRefusal;

/** Why a record is not an event. `tenant` is '' where it names none that may be named. */
export interface RecordRefusal {
  readonly tenant: string;
  readonly code: string;
  readonly detail: string;
  readonly faults?: readonly InputFault[];
}

/** The tenants that may be named in the records of a topic; the first is taken where a record names none. */
export type AllowedTenants = readonly [string, ...string[]];

/**
 * The CloudEvent of a record, by the Kafka protocol binding of CloudEvents 1.0.2: structured where the content
 * type begins with `application/cloudevents`, else binary by its `ce_` headers. There is no batch form on Kafka.
 * Never throws: whatever goes wrong while a record is read is the reason why that record is refused.
 */
export function readRecord({ headers = {}, value }: IncomingRecord, allowed: AllowedTenants): ReadRecord {
  let tenant = '';
  try {
    if (hasHeader(headers, TOO_MANY_HEADERS)) {
      throw refusal('too-many-headers', `a record has at most ${LIMITS.kafkaHeaders} headers`);
    }
    const undecodable = headerText(headers, UNDECODABLE);
    tenant = undecodable === undefined ? tenantOf(headers, allowed) : allowed[0];
    if (undecodable !== undefined) throw refusal('undecodable-batch', undecodable);
    return { tenant, input: inputOf(headers, value) };
  } catch (error) {
    return { tenant, ...reasonOf(error as Error) };
  }
}

function tenantOf(headers: RecordHeaders, allowed: AllowedTenants): string {
  const named = headerText(headers, 'cx_tenant') ?? headerText(headers, 'ce_tenant');
  // A producer that lost its tenant must not write to another one's.
  const lost = named === undefined && (hasHeader(headers, 'cx_tenant') || hasHeader(headers, 'ce_tenant'));
  if (lost) throw refusal('tenant-not-allowed', 'the tenant header is null: name the tenant, or send none');
  const tenant = named ?? allowed[0];
  if (allowed.includes(tenant)) return tenant;
  throw refusal(
    'tenant-not-allowed',
    'the record names a tenant that CX_KAFKA_TENANTS does not allow for this topic',
  );
}

function inputOf(headers: RecordHeaders, value: Uint8Array | null): unknown {
  const contentType = headerText(headers, 'content-type') ?? headerText(headers, 'Content-Type') ?? '';
  if (value === null) {
    throw refusal(
      'tombstone',
      'a record without a value deletes nothing here; to take an event out, publish EventRetracted',
    );
  }
  if (/^application\/cloudevents-batch/i.test(contentType)) {
    throw refusal('no-batch-on-kafka', 'CloudEvents has no batch form on Kafka: send one record per event');
  }
  if (/^application\/cloudevents/i.test(contentType)) return json(value);
  const attributes = attributesOf(headers);
  if (attributes['specversion'] === undefined) {
    // Many producers set no header at all: a JSON object that calls itself a CloudEvent is taken for one.
    if (contentType === '' || /json/i.test(contentType)) return json(value);
    throw refusal(
      'not-a-cloudevent',
      'set the content-type header to application/cloudevents+json, or the ce_ headers of the binary mode',
    );
  }
  if (contentType !== '' && !/json/i.test(contentType)) {
    throw refusal(
      'unsupported-data',
      'the data of a touchpoint is JSON: set content-type to application/json',
    );
  }
  return { ...attributes, data: json(value) };
}

/** CloudEvents attributes of the `ce_` headers; the tenant is transport, not content. */
function attributesOf(headers: RecordHeaders): Readonly<Record<string, string>> {
  const attributes = new Map<string, string>();
  for (const name of Object.keys(headers)) {
    const attribute = /^ce_(.*)$/is.exec(name)?.[1]?.toLowerCase();
    if (attribute === undefined || attribute === 'tenant') continue;
    const text = headerText(headers, name);
    if (text === undefined) continue;
    if (attributes.has(attribute) && attributes.get(attribute) !== text) {
      throw refusal('repeated-header', 'two ce_ headers differ in case only and have different values');
    }
    attributes.set(attribute, text);
  }
  return Object.fromEntries(attributes);
}

/** The value's JSON, refused where it says what JSON.parse would not keep: members named twice, lossy numbers. */
function json(value: Uint8Array): unknown {
  const { value: parsed, faults } = readJsonText(decodeUtf8(value, 'the value'));
  const [first] = faults;
  if (first === undefined) return parsed;
  const { code, pointer, detail } = first;
  throw new InvalidInput(code, `${pointer || 'the record'} ${detail}`, faults);
}

function refusal(code: string, detail: string): InvalidInput {
  return new InvalidInput(code, detail, []);
}

function reasonOf(error: Error): Omit<RecordRefusal, 'tenant'> {
  if (!(error instanceof InvalidInput)) {
    // The message of an unforeseen error may quote the record.
    return { code: 'unreadable-record', detail: `the record cannot be read (${error.name})` };
  }
  const { code, message: detail, faults } = error;
  const places = faults.map((fault) => ({ pointer: fault.pointer, detail: fault.detail }));
  return places.length === 0 ? { code, detail } : { code, detail, faults: places };
}

import { type InputFault, type InvalidInput, readJsonText } from '#event-sourcing';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { UNDECODABLE } from './undecodable.js';

/** A Kafka record read as a CloudEvent to be checked, or why it is none. */
export type ReadRecord =
  | { readonly tenant: string; readonly input: unknown }
  | {
      readonly tenant: string;
      readonly code: string;
      readonly detail: string;
      readonly faults?: readonly InputFault[];
    };

/** The tenants that may be named in the records of a topic; the first is taken where a record names none. */
export type AllowedTenants = readonly [string, ...string[]];

const textOf = (headers: IHeaders | undefined, name: string): string | undefined => {
  const value = headers?.[name];
  const single = Array.isArray(value) ? value[0] : value;
  return single === undefined ? undefined : single.toString();
};

/**
 * The CloudEvent of a record, by the Kafka protocol binding of CloudEvents 1.0.2: structured where the content
 * type begins with `application/cloudevents`, else binary by its `ce_` headers. There is no batch form on Kafka.
 */
export function readRecord(message: KafkaMessage, allowed: AllowedTenants): ReadRecord {
  const { headers, value } = message;
  const named = textOf(headers, 'cx_tenant') ?? textOf(headers, 'ce_tenant');
  const tenant = named ?? allowed[0];
  const refuse = (code: string, detail: string) => ({ tenant, code, detail });
  const undecodable = textOf(headers, UNDECODABLE);
  if (undecodable !== undefined) return refuse('undecodable-batch', undecodable);
  if (!allowed.includes(tenant)) {
    return {
      tenant: '',
      code: 'tenant-not-allowed',
      detail: 'the record names a tenant that CX_KAFKA_TENANTS does not allow for this topic',
    };
  }
  const contentType = textOf(headers, 'content-type') ?? textOf(headers, 'Content-Type') ?? '';
  if (value === null) {
    return refuse(
      'tombstone',
      'a record without a value deletes nothing here; to take an event out, publish EventRetracted',
    );
  }
  if (/^application\/cloudevents-batch/i.test(contentType)) {
    return refuse('no-batch-on-kafka', 'CloudEvents has no batch form on Kafka: send one record per event');
  }
  if (/^application\/cloudevents/i.test(contentType)) return { tenant, ...json(value, (input) => input) };
  const attributes = attributesOf(headers);
  if (attributes.specversion === undefined) {
    // Many producers set no header at all: a JSON object that calls itself a CloudEvent is taken for one.
    if (contentType === '' || /json/i.test(contentType)) return { tenant, ...json(value, (input) => input) };
    return refuse(
      'not-a-cloudevent',
      'set the content-type header to application/cloudevents+json, or the ce_ headers of the binary mode',
    );
  }
  if (contentType !== '' && !/json/i.test(contentType)) {
    return refuse(
      'unsupported-data',
      'the data of a touchpoint is JSON: set content-type to application/json',
    );
  }
  return { tenant, ...json(value, (data) => ({ ...attributes, data })) };
}

/** CloudEvents attributes of the `ce_` headers; the tenant is transport, not content. */
function attributesOf(headers: IHeaders | undefined): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of Object.keys(headers ?? {})) {
    const lower = name.toLowerCase();
    if (!lower.startsWith('ce_') || lower === 'ce_tenant') continue;
    attributes[lower.slice('ce_'.length)] = textOf(headers, name)!;
  }
  return attributes;
}

/** The value's JSON, refused where it says what JSON.parse would not keep: members named twice, lossy numbers. */
function json(
  value: Buffer,
  use: (parsed: unknown) => unknown,
): { input: unknown } | { code: string; detail: string; faults?: readonly InputFault[] } {
  try {
    const { value: parsed, faults } = readJsonText(value.toString('utf8'));
    const [first] = faults;
    if (first === undefined) return { input: use(parsed) };
    const { code, pointer, detail } = first;
    return {
      code,
      detail: `${pointer || 'the record'} ${detail}`,
      faults: faults.map(({ pointer, detail }) => ({ pointer, detail })),
    };
  } catch (error) {
    const { code, message: detail } = error as InvalidInput;
    return { code, detail };
  }
}

import { InvalidInput, LedgerError } from '#event-sourcing';
import type { InputFault, ReadJson } from '#event-sourcing';
import { bodyBytes } from '../bodies/body-parsers.js';
import { isJsonType, mediaTypeOf } from '../bodies/media-type.js';
import { readJsonFaults } from '../bodies/read-json.js';
import { attributesOf, hasEventHeaders } from './header-event.js';
import type { DistinctHeaders } from './header-event.js';

/** A CloudEvent in structured form as it was sent, and what its JSON value does not keep of it. */
export interface SentEvent {
  readonly value: unknown;
  readonly faults: readonly SentFault[];
}

/** What is wrong with the text of an event: the code becomes the problem's type. */
export interface SentFault extends InputFault {
  readonly code: string;
}

/** What a request hands over, not yet checked. */
export interface SentEvents {
  /** Several at once, answered one by one; otherwise the request is its one event. */
  readonly batch: boolean;
  readonly events: readonly SentEvent[];
}

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

/**
 * The events of a request in any of CloudEvents' HTTP forms: structured, batch, binary (`ce-` headers); plain
 * application/json is taken by its shape. Throws `unsupported-media-type`, `malformed-json` and their like.
 */
export function sentEvents(headers: DistinctHeaders, body: unknown): SentEvents {
  const contentType = headers['content-type']?.[0];
  const mediaType = mediaTypeOf(contentType);
  if (mediaType === STRUCTURED) return one(readJsonFaults(bodyBytes(body)));
  if (mediaType === BATCH) return several(readJsonFaults(bodyBytes(body)));
  if (mediaType.startsWith('application/cloudevents')) throw unsupported();
  if (hasEventHeaders(headers)) return { batch: false, events: [binaryEvent(headers, contentType, body)] };
  if (isJsonType(mediaType)) return byShape(readJsonFaults(bodyBytes(body)));
  throw unsupported();
}

function byShape(json: ReadJson): SentEvents {
  if (Array.isArray(json.value)) return several(json);
  if (isObject(json.value) && 'specversion' in json.value) return one(json);
  const detail = 'is missing: send a CloudEvent ({"specversion": "1.0", "id": …, "source": …, …})';
  throw notAnEvent('the body is no CloudEvent', '/specversion', detail);
}

function one(json: ReadJson): SentEvents {
  if (isObject(json.value)) return { batch: false, events: [json] };
  throw notAnEvent('the body is no CloudEvent', '', `must be a JSON object; several events go as ${BATCH}`);
}

function several({ value, faults }: ReadJson): SentEvents {
  if (!Array.isArray(value)) {
    const detail = `must be a JSON array; one event goes as ${STRUCTURED}`;
    throw notAnEvent('the body is no batch of CloudEvents', '', detail);
  }
  const events = value.map((event: unknown) => ({ value: event, faults: [] as SentFault[] }));
  for (const fault of faults) {
    const [, index = '', ...rest] = fault.pointer.split('/');
    events[Number(index)]?.faults.push({ ...fault, pointer: rest.map((part) => `/${part}`).join('') });
  }
  return { batch: true, events };
}

/** Binary mode: attributes in headers, the body is the data. */
function binaryEvent(headers: DistinctHeaders, contentType: string | undefined, body: unknown): SentEvent {
  const event: Record<string, unknown> = attributesOf(headers);
  if (contentType !== undefined) event['datacontenttype'] = contentType;
  if (!Buffer.isBuffer(body) || body.length === 0) return { value: event, faults: [] };
  if (contentType !== undefined && !isJsonType(mediaTypeOf(contentType))) {
    return { value: { ...event, data_base64: body.toString('base64') }, faults: [] };
  }
  const { value, faults } = readJsonFaults(body);
  return {
    value: { ...event, data: value },
    faults: faults.map((fault) => ({ ...fault, pointer: `/data${fault.pointer}` })),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notAnEvent(message: string, pointer: string, detail: string): InvalidInput {
  return new InvalidInput('invalid-event', message, [{ pointer, detail }]);
}

function unsupported(): LedgerError {
  return new LedgerError(
    'unsupported-media-type',
    `send one event as ${STRUCTURED} or with ce- headers, several as ${BATCH} or application/x-ndjson`,
  );
}

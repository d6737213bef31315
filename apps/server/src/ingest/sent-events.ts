import { InvalidInput, LedgerError, readJsonItems } from '#event-sourcing';
import type { InputFault, ReadJson } from '#event-sourcing';
import { bodyBytes } from '../bodies/body-parsers.js';
import { isJsonType, mediaTypeOf } from '../bodies/media-type.js';
import { decodeUtf8, readJsonFaults } from '../bodies/read-json.js';
import { attributesOf, hasEventHeaders } from './header-event.js';
import type { DistinctHeaders } from './header-event.js';

/** A CloudEvent in structured form as sent, and the faults that its JSON value does not show. */
export interface SentEvent {
  readonly value: unknown;
  readonly faults: readonly SentFault[];
}

/** What is wrong with the text of an event: the code becomes the problem's type. */
export interface SentFault extends InputFault {
  readonly code: string;
}

/** The content of a request, not yet checked. */
export interface SentEvents {
  /** A batch, answered event by event; otherwise a single event. */
  readonly batch: boolean;
  readonly events: readonly SentEvent[];
}

/** Bounds on parsing a batch. */
export interface BatchReading {
  /** Events of one request. */
  readonly mostEvents: number;
  /** Resolves when the thread may parse this many bytes without delaying other requests. */
  next(bytes: number): Promise<void> | undefined;
}

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

/**
 * The events of a request in any of CloudEvents' HTTP forms: structured, batch, binary (`ce-` headers); plain
 * application/json is taken by its shape. Throws `unsupported-media-type`, `malformed-json`, `too-many-events` and the
 * like.
 */
export async function sentEvents(
  headers: DistinctHeaders,
  body: unknown,
  reading: BatchReading,
): Promise<SentEvents> {
  const contentType = headers['content-type']?.[0];
  const mediaType = mediaTypeOf(contentType);
  if (mediaType === STRUCTURED) return one(readJsonFaults(bodyBytes(body)));
  if (mediaType === BATCH) return several(bodyBytes(body), reading);
  if (mediaType.startsWith('application/cloudevents')) throw unsupported();
  if (hasEventHeaders(headers)) return { batch: false, events: [binaryEvent(headers, contentType, body)] };
  if (isJsonType(mediaType)) return byShape(bodyBytes(body), reading);
  throw unsupported();
}

const LIST = 0x5b; /* [ */

function byShape(bytes: Buffer, reading: BatchReading): SentEvents | Promise<SentEvents> {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  if (first === LIST) return several(bytes, reading);
  const json = readJsonFaults(bytes);
  if (isObject(json.value) && 'specversion' in json.value) return one(json);
  const detail = 'is missing: send a CloudEvent ({"specversion": "1.0", "id": …, "source": …, …})';
  throw notAnEvent('the body is no CloudEvent', '/specversion', detail);
}

function one(json: ReadJson): SentEvents {
  if (isObject(json.value)) return { batch: false, events: [json] };
  throw notAnEvent('the body is no CloudEvent', '', `must be a JSON object; several events go as ${BATCH}`);
}

/** Bytes parsed before the event loop is yielded. */
const STRETCH = 64 * 1024;

/** Parses a batch in chunks; it ends at the first syntax error, or at one event too many. */
async function several(bytes: Buffer, reading: BatchReading): Promise<SentEvents> {
  const { mostEvents } = reading;
  const text = decodeUtf8(bytes);
  const items = readJsonItems(text);
  if (items === undefined) {
    const detail = `must be a JSON array; send a single event as ${STRUCTURED}`;
    throw notAnEvent('the body is no batch of CloudEvents', '', detail);
  }
  const events: SentEvent[] = [];
  let read = 0;
  for (const { json, end } of items) {
    events.push(json);
    if (events.length > mostEvents) throw tooMany(mostEvents);
    if (end - read < STRETCH) continue;
    await reading.next(end - read);
    read = end;
  }
  return { batch: true, events };
}

function tooMany(mostEvents: number): InvalidInput {
  const detail = `a request holds at most ${mostEvents} events: send them in several requests`;
  return new InvalidInput('too-many-events', detail, [{ pointer: '', detail }]);
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

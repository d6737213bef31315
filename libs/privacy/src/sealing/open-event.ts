import type { Json, RecordedEvent } from '#event-sourcing';
import type { SealingKeys } from '../keys/customer-keys.js';
import { isObject, type JsonObject, memberPointer, SEALED, setMember, UNKNOWN } from './marks.js';
import { openText, type SealedValue } from './sealed-value.js';

type Members = { readonly [name: string]: Json };

/**
 * The recorded event with data and extensions as they were sent. Without keys (the customer was erased) null
 * stands in the place of each sealed value, and of `$unknown` where there were unknown ones. Throws StoreFault
 * `sealed-value-damaged` when a value was changed or moved.
 */
export function openEvent(event: RecordedEvent, keys: SealingKeys | undefined): RecordedEvent {
  const opening: Opening = { eventId: event.eventId, keys };
  const data = opened(event.data, '/data', opening) as Members;
  if (event.extensions === undefined) return { ...event, data };
  return { ...event, data, extensions: opened(event.extensions, '/extensions', opening) as Members };
}

interface Opening {
  readonly eventId: string;
  readonly keys: SealingKeys | undefined;
}

function opened(value: Json, pointer: string, opening: Opening): Json {
  if (Array.isArray(value)) {
    return value.map((item: Json, i) => opened(item, memberPointer(pointer, i), opening));
  }
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, SEALED)) return openSealed(value, pointer, opening);
  const result: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === UNKNOWN) addUnknown(result, member as JsonObject, memberPointer(pointer, key), opening);
    else setMember(result, key, opened(member as Json, memberPointer(pointer, key), opening));
  }
  return result;
}

function openSealed(value: JsonObject, pointer: string, { eventId, keys }: Opening): Json {
  if (keys === undefined) return null;
  return JSON.parse(openText(keys, { eventId, pointer }, value as unknown as SealedValue)) as Json;
}

function addUnknown(
  result: Record<string, Json>,
  sealed: JsonObject,
  pointer: string,
  opening: Opening,
): void {
  const members = openSealed(sealed, pointer, opening);
  if (members === null) result[UNKNOWN] = null;
  else
    for (const [key, member] of Object.entries(members as JsonObject)) setMember(result, key, member as Json);
}

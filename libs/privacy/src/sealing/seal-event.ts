import { canonicalJson, type Json } from '#event-sourcing';
import { type SealingKeys } from '../keys/customer-keys.js';
import {
  isObject,
  type JsonObject,
  memberPointer,
  mentionsMarks,
  SEALED,
  setMember,
  UNKNOWN,
} from './marks.js';
import { sealText } from './sealed-value.js';

/** The data of an event. */
type EventData = { readonly [field: string]: Json };

/**
 * What sealing needs of a touchpoint's schema: a walk over the data that replaces each personal value by what
 * `seal` gives back, and the unknown members of each object, gathered, by one member `$unknown`. Pointers are
 * relative to the data.
 */
export interface PersonalMap {
  mapPersonal(data: EventData, seal: (pointer: string, value: Json) => Json): EventData;
}

/**
 * The data with every personal and every unknown value sealed. Deterministic. An object that was sent in the form of
 * a sealed value is sealed itself, so every `$sealed` in recorded data was made by the ledger. `dataText` is the
 * canonical JSON of `data` for those who have it already.
 */
export function sealData(
  keys: SealingKeys,
  eventId: string,
  data: EventData,
  map: PersonalMap,
  dataText = canonicalJson(data),
): EventData {
  const ours = new Set<unknown>();
  const seal = (pointer: string, value: Json): Json => {
    const sealed = sealText(keys, { eventId, pointer: `/data${pointer}` }, canonicalJson(value));
    ours.add(sealed);
    return sealed as unknown as Json;
  };
  const walked = map.mapPersonal(data, seal);
  const mapped = ours.size === 0 ? data : walked;
  if (!mentionsMarks(dataText)) return mapped;
  return sealLookAlikes(mapped, data, '', { seal, ours }) as EventData;
}

/**
 * The extensions as they are recorded: those in `clear` as they are, the `unknown` ones sealed as one value, since
 * their meaning is not known. Undefined when there are none of either.
 */
export function sealExtensions(
  keys: SealingKeys,
  eventId: string,
  clear: JsonObject,
  unknown: JsonObject,
): { readonly [name: string]: Json } | undefined {
  const extensions = { ...clear } as { [name: string]: Json };
  if (Object.keys(unknown).length > 0) {
    const place = { eventId, pointer: `/extensions/${UNKNOWN}` };
    extensions[UNKNOWN] = sealText(keys, place, canonicalJson(unknown)) as unknown as Json;
  }
  return Object.keys(extensions).length > 0 ? extensions : undefined;
}

interface Sealing {
  readonly seal: (pointer: string, value: Json) => Json;
  /** The sealed values made in this walk, by identity. */
  readonly ours: ReadonlySet<unknown>;
}

/** Walks mapped and original data side by side; their shapes differ only at sealed values. */
function sealLookAlikes(mapped: Json, sent: Json, pointer: string, sealing: Sealing): Json {
  if (sealing.ours.has(mapped)) return mapped;
  if (Array.isArray(mapped)) {
    return mapped.map((item: Json, i) =>
      sealLookAlikes(item, (sent as readonly Json[])[i]!, memberPointer(pointer, i), sealing),
    );
  }
  if (!isObject(mapped)) return mapped;
  if (looksSealed(mapped, sealing.ours)) return sealing.seal(pointer, sent);
  const walked: Record<string, Json> = {};
  for (const [key, value] of Object.entries(mapped)) {
    const below = (sent as JsonObject)[key] as Json;
    setMember(walked, key, sealLookAlikes(value as Json, below, memberPointer(pointer, key), sealing));
  }
  return walked;
}

function looksSealed(value: JsonObject, ours: ReadonlySet<unknown>): boolean {
  return Object.hasOwn(value, SEALED) || (Object.hasOwn(value, UNKNOWN) && !ours.has(value[UNKNOWN]));
}

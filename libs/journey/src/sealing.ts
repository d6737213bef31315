import { escapePointerStep, type Json } from '#event-sourcing';
import type { FieldShape, Shape } from './shape.js';

/** The data of an event. */
export type EventData = { readonly [field: string]: Json };

/** Turns a value at a pointer of the data into its sealed form, or back. */
export type MapValue = (pointer: string, value: Json) => Json;

/** Under this key stand the fields that the schema does not know, sealed as one object. */
export const UNKNOWN = '$unknown';

/**
 * The data with personal values replaced by what `seal` makes of them; the fields that the schema does not know are
 * gathered, object by object, and replaced as one value under `$unknown`. Null has nothing to hide and stays.
 */
export function sealData(shape: Shape, data: EventData, seal: MapValue, pointer = ''): EventData {
  const sealed: { [field: string]: Json } = {};
  const unknown: [string, Json][] = [];
  for (const name of Object.keys(data)) {
    const value = data[name]!;
    const field = shape.byName.get(name);
    if (field === undefined) unknown.push([name, value]);
    else sealed[name] = sealField(field, value, seal, `${pointer}/${escapePointerStep(name)}`);
  }
  if (unknown.length > 0) sealed[UNKNOWN] = seal(`${pointer}/${UNKNOWN}`, Object.fromEntries(unknown));
  return sealed;
}

function sealField(field: FieldShape, value: Json, seal: MapValue, pointer: string): Json {
  if (value === null) return null;
  if (field.personal) return seal(pointer, value);
  if (field.nested === undefined) return value;
  const { shape, list } = field.nested;
  if (!list) return sealData(shape, value as EventData, seal, pointer);
  return (value as readonly EventData[]).map((item, i) => sealData(shape, item, seal, `${pointer}/${i}`));
}

/**
 * The reverse of `sealData`: what `open` answers stands where the sealed values stood, unknown fields in their
 * places.
 */
export function openData(shape: Shape, data: EventData, open: MapValue, pointer = ''): EventData {
  const opened: [string, Json][] = [];
  for (const name of Object.keys(data)) {
    const value = data[name]!;
    const here = `${pointer}/${escapePointerStep(name)}`;
    const field = shape.byName.get(name);
    if (field !== undefined) opened.push([name, openField(field, value, open, here)]);
    else opened.push(...unknownFields(name, open(here, value)));
  }
  return Object.fromEntries(opened);
}

function openField(field: FieldShape, value: Json, open: MapValue, pointer: string): Json {
  if (value === null) return null;
  if (field.personal) return open(pointer, value);
  if (field.nested === undefined) return value;
  const { shape, list } = field.nested;
  if (!list) return openData(shape, value as EventData, open, pointer);
  return (value as readonly EventData[]).map((item, i) => openData(shape, item, open, `${pointer}/${i}`));
}

/** After erasure nothing can be opened: null stands for all of them, under their common key. */
function unknownFields(key: string, opened: Json): readonly [string, Json][] {
  if (key !== UNKNOWN || opened === null || typeof opened !== 'object') return [[key, opened]];
  return Object.entries(opened as EventData);
}

import { escapePointerStep, type Json } from '#event-sourcing';
import { personInName } from './person-in.js';
import type { EventData } from './sealing.js';
import type { Shape } from './shape.js';

/** An identifier within data, with its pointer. */
export interface Identifier {
  readonly pointer: string;
  readonly name: string;
}

/** Identifiers in valid data that look like an e-mail address or a telephone number. */
export function personalIdentifiers(shape: Shape, data: EventData): readonly Identifier[] {
  const found: Identifier[] = [];
  mapIdentifiers(shape, data, (value, name, pointer) => {
    if (personInName(value) !== undefined) found.push({ name, pointer });
    return value;
  });
  return found;
}

/** Maps an identifier. */
type MapIdentifier = (value: string, name: string, pointer: string) => string;

/**
 * The data with its identifiers mapped; the same object where nothing changes. The data may be unchecked: values that
 * do not have the schema's shape are kept.
 */
export function mapIdentifiers(shape: Shape, data: EventData, map: MapIdentifier, above = ''): EventData {
  let mapped = data;
  for (const field of shape.fields) {
    if (!field.identifier && field.nested === undefined) continue;
    const value = data[field.name];
    if (value === undefined || value === null) continue;
    const pointer = `${above}/${escapePointerStep(field.name)}`;
    let changed: Json = value;
    if (typeof value === 'string') changed = field.identifier ? map(value, field.name, pointer) : value;
    else if (field.nested !== undefined) changed = mapNested(field.nested, value, map, pointer);
    if (changed !== value) mapped = { ...mapped, [field.name]: changed };
  }
  return mapped;
}

function mapNested(
  { shape, list }: { shape: Shape; list: boolean },
  value: Json,
  map: MapIdentifier,
  above: string,
): Json {
  if (!list) return isData(value) ? mapIdentifiers(shape, value, map, above) : value;
  if (!Array.isArray(value)) return value;
  const items = value.map((item: Json, i) =>
    isData(item) ? mapIdentifiers(shape, item, map, `${above}/${i}`) : item,
  );
  return items.some((item, i) => item !== value[i]) ? items : value;
}

function isData(value: Json): value is EventData {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

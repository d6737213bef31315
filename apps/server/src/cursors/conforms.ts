import { isDeepStrictEqual } from 'node:util';
import { parseTime, type Json } from '#event-sourcing';
import type { Schema } from '#views';

type Keywords = { readonly [keyword: string]: Json };

const TYPES: { readonly [type: string]: (value: unknown) => boolean } = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Whether a JSON value has the shape that `schema` of `#views` declares: its keywords, no more of JSON Schema. */
export function conforms<T>(value: unknown, schema: Schema<T>): value is T {
  return meets(value, schema.json);
}

function meets(value: unknown, json: Keywords): boolean {
  const { type, anyOf, const: only, enum: words } = json;
  if (Array.isArray(anyOf) && !anyOf.some((one) => meets(value, one as Keywords))) return false;
  if (only !== undefined && !isDeepStrictEqual(value, only)) return false;
  if (Array.isArray(words) && !(words as unknown[]).includes(value)) return false;
  if (type !== undefined && ![type].flat().some((name) => TYPES[name as string]!(value))) return false;
  if (typeof value === 'string') return meetsText(value, json);
  if (typeof value === 'number')
    return value >= bound(json['minimum'], -1) && value <= bound(json['maximum'], 1);
  if (Array.isArray(value)) return meetsItems(value, json);
  return typeof value !== 'object' || value === null || meetsMembers(value as Keywords, json);
}

function meetsText(value: string, { pattern, format }: Keywords): boolean {
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) return false;
  return format !== 'date-time' || parseTime(value) !== undefined;
}

function bound(limit: Json | undefined, sign: number): number {
  return typeof limit === 'number' ? limit : sign * Infinity;
}

function meetsItems(values: readonly unknown[], { items }: Keywords): boolean {
  return items === undefined || values.every((value) => meets(value, items as Keywords));
}

function meetsMembers(
  value: Keywords,
  { properties, required = [], additionalProperties }: Keywords,
): boolean {
  if (properties === undefined) return true;
  const members = properties as { readonly [name: string]: Keywords };
  if (!(required as string[]).every((name) => Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(([name, member]) =>
    Object.hasOwn(members, name) ? meets(member, members[name]!) : additionalProperties !== false,
  );
}

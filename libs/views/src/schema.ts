import type { Json } from '#event-sourcing';

type Keywords = { readonly [keyword: string]: Json };

/** A JSON Schema together with the TypeScript type of what it describes: an answer's shape is declared once. */
export interface Schema<out T> {
  readonly json: Keywords;
  /** Never there: it only carries the type. */
  readonly type?: T;
}

/** A member that may be absent. */
export interface OptionalSchema<out T> extends Schema<T> {
  readonly optional: true;
}

/** The type of what a schema describes. */
export type TypeOf<S> = S extends Schema<infer T> ? T : never;

/** The members of an object by name. */
export type Members = { readonly [name: string]: Schema<unknown> | OptionalSchema<unknown> };
type OptionalNames<M extends Members> = {
  [N in keyof M]: M[N] extends OptionalSchema<unknown> ? N : never;
}[keyof M];

/** The type of an object with these members. */
export type ObjectOf<M extends Members> = {
  readonly [N in Exclude<keyof M, OptionalNames<M>>]: TypeOf<M[N]>;
} & { readonly [N in OptionalNames<M>]?: TypeOf<M[N]> };

/** The schema of an object whose members can be taken over into another. */
export interface ObjectSchema<M extends Members> extends Schema<ObjectOf<M>> {
  readonly members: M;
}

const about = (description: string): Keywords => (description === '' ? {} : { description });

/** Text. */
export const text = (description = ''): Schema<string> => ({
  json: { type: 'string', ...about(description) },
});

/** An RFC 3339 time in UTC with milliseconds. */
export const time = (description = ''): Schema<string> => ({
  json: { type: 'string', format: 'date-time', ...about(description) },
});

/** A position in the log: decimal digits, comparable within one store only. */
export const position = (description = 'position in the log'): Schema<string> => ({
  json: { type: 'string', pattern: '^[0-9]{1,19}$', description },
});

/** A number, where `bounds` says from which to which. */
export const number = (
  description = '',
  bounds: { readonly minimum?: number; readonly maximum?: number } = {},
): Schema<number> => ({ json: { type: 'number', ...bounds, ...about(description) } });

/** A whole number, not below 0. */
export const count = (description = ''): Schema<number> => ({
  json: { type: 'integer', minimum: 0, ...about(description) },
});

/** True or false. */
export const flag = (description = ''): Schema<boolean> => ({
  json: { type: 'boolean', ...about(description) },
});

/** True where it is present. */
export const marker = (description = ''): OptionalSchema<true> => ({
  json: { const: true, ...about(description) },
  optional: true,
});

/** One of these words. */
export const oneOf = <const Word extends string>(words: readonly Word[], description = ''): Schema<Word> => ({
  json: { type: 'string', enum: [...words], ...about(description) },
});

/** Any JSON value. */
export const anything = (description = ''): Schema<Json> => ({ json: about(description) });

/** The same or null, which means: not known. */
export function nullable<T>({ json }: Schema<T>): Schema<T | null> {
  const { type, enum: words, description, ...rest } = json;
  if (typeof type === 'string' && words === undefined)
    return { json: { type: [type, 'null'], ...rest, ...(description !== undefined && { description }) } };
  return { json: { anyOf: [json, { type: 'null' }] } };
}

/** The same or absent, which means: does not apply. */
export const optional = <T>({ json }: Schema<T>): OptionalSchema<T> => ({ json, optional: true });

/** A list. */
export const list = <T>(items: Schema<T>, description = ''): Schema<readonly T[]> => ({
  json: { type: 'array', items: items.json, ...about(description) },
});

/** An object with these members and no others. */
export function object<M extends Members>(members: M, description = ''): ObjectSchema<M> {
  const required = Object.keys(members).filter((name) => !('optional' in members[name]!));
  const properties = Object.fromEntries(Object.entries(members).map(([name, { json }]) => [name, json]));
  return {
    members,
    json: { type: 'object', required, properties, additionalProperties: false, ...about(description) },
  };
}

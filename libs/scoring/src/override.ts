import type { Json } from '#event-sourcing';

/** A T with any of its members missing, at any depth. Arrays are replaced as a whole. */
export type PartOf<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [key in keyof T]?: PartOf<T[key]> }
    : T;

/**
 * `defaults` with the values of `part`. Never throws: a value of another type than the default's (text for a number, an
 * unknown field, NaN) is ignored, since a policy that is recorded can no longer be refused.
 */
export function override<T>(defaults: T, part: Json | undefined): T {
  if (part === undefined || part === null) return defaults;
  if (Array.isArray(defaults)) return Array.isArray(part) ? (part as T) : defaults;
  if (typeof defaults !== 'object' || defaults === null)
    return sameKind(defaults, part) ? (part as T) : defaults;
  if (typeof part !== 'object' || Array.isArray(part)) return defaults;
  const given = part as { readonly [key: string]: Json | undefined };
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(defaults)) result[key] = override(value as unknown, given[key]);
  return result as T;
}

function sameKind(value: unknown, part: Json): boolean {
  return typeof part === typeof value && (typeof part !== 'number' || Number.isFinite(part));
}

import type { Json } from '#event-sourcing';

/** Any part of a T, as far down as one likes. Arrays are replaced whole. */
export type PartOf<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [key in keyof T]?: PartOf<T[key]> }
    : T;

/**
 * `defaults` with what `part` says differently. Total: what is not of the same kind as the default (text where a
 * number stands, an unknown field, NaN) changes nothing, since a policy once recorded can no longer be refused.
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

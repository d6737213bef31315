import type { Json } from '#event-sourcing';

/** The key under which the unknown members of an object are gathered, sealed as one value. */
export const UNKNOWN = '$unknown';

/** The key of an object that stands for a sealed value. */
export const SEALED = '$sealed';

export type JsonObject = { readonly [key: string]: Json | undefined };

/** Whether the value is an object, no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a JSON text has a key that looks like a seal. Exact: quotes inside of strings are escaped. */
export function mentionsMarks(jsonText: string): boolean {
  return jsonText.includes('"$sealed":') || jsonText.includes('"$unknown":');
}

/** The pointer of a member (RFC 6901). */
export function memberPointer(pointer: string, key: string | number): string {
  if (typeof key === 'number') return `${pointer}/${key}`;
  return `${pointer}/${/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key}`;
}

/** Sets a member even where its name is `__proto__`, which assignment would take for something else. */
export function setMember(target: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

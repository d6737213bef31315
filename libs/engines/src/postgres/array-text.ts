/** What one parameter, or one element of an array, may be. */
export type Single = string | number | bigint | boolean | Uint8Array | null;

const NUL = /\0/g;
const SPECIAL = /["\\]/g;

/** PostgreSQL stores every character in text but the first of Unicode. */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replace(NUL, '\u2400') : text;
}

/** What JSON escapes otherwise than PostgreSQL, or perhaps does. */
const OTHERWISE = /\\[^"\\]/;

/**
 * An array in the text form of PostgreSQL (https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO). The driver's own way
 * looks at each element four times, which a page of rows has tens of thousands of. Between its brackets JSON is the same
 * form, unless it escapes a control character.
 */
export function arrayText(values: readonly Single[]): string {
  const kind = typeof values.find((value) => value !== null);
  if (kind === 'string' || kind === 'number') {
    const json = JSON.stringify(values);
    if (!OTHERWISE.test(json)) return `{${json.slice(1, -1)}}`;
  }
  return `{${values.map(elementText).join(',')}}`;
}

function elementText(value: Single): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `"${withoutNul(value).replace(SPECIAL, '\\$&')}"`;
  return value instanceof Uint8Array ? `"\\\\x${hexOf(value)}"` : String(value);
}

function hexOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

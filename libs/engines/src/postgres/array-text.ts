/** What one parameter, or one element of an array, may be. */
export type Single = string | number | bigint | boolean | Uint8Array | null;

const NUL = /\0/g;
const SPECIAL = /["\\]/g;

/** PostgreSQL stores every character in text but the first of Unicode. */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replace(NUL, '\u2400') : text;
}

/**
 * An array in the text form of PostgreSQL (https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO). The driver's own way
 * looks at each element four times, which a page of rows has tens of thousands of.
 */
export function arrayText(values: readonly Single[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (i > 0) text += ',';
    if (value === null) text += 'NULL';
    else if (typeof value === 'string') text += `"${withoutNul(value).replace(SPECIAL, '\\$&')}"`;
    else if (value instanceof Uint8Array) text += `"\\\\x${hexOf(value)}"`;
    else text += String(value);
  }
  return `${text}}`;
}

function hexOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

import { sha1Hex } from './hash.js';

/** The name space of CX Ledger's event ids (a random UUID, fixed for ever). */
const NAMESPACE = Buffer.from('6f1d3f0a9b5e4c28a7d41c0e52b8f963', 'hex');

/** Name space and name side by side; hashing is synchronous, so that one place serves all. */
const scratch = Buffer.alloc(4_096);
NAMESPACE.copy(scratch);

/** The two bits that say "a UUID by RFC 9562", over each hexadecimal digit. */
const VARIANT = '89ab89ab89ab89ab';

/**
 * The id under which an event is stored: UUID v5 (RFC 9562) of tenant, source and the source's id, so that a
 * repeated delivery is the same event in every store. Lower case with hyphens.
 */
export function eventIdOf(tenant: string, source: string, id: string): string {
  const hex = sha1Hex(named(JSON.stringify([tenant, source, id])));
  const variant = VARIANT[parseInt(hex[16]!, 16)]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function named(name: string): Uint8Array {
  // A UTF-16 unit takes three bytes of UTF-8 at most.
  if (name.length * 3 > scratch.length - NAMESPACE.length)
    return Buffer.concat([NAMESPACE, Buffer.from(name)]);
  return scratch.subarray(0, NAMESPACE.length + scratch.write(name, NAMESPACE.length, 'utf8'));
}

/** Where the digits of each byte are in the text of a UUID. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const DIGITS = Buffer.from('0123456789abcdef');
/** One for all: the text is made of it at once. Pieces put together would be a tree of strings, which takes five times as long. */
const uuid = Buffer.alloc(36, '-');

/** The text of 16 bytes as a UUID. */
export function uuidText(bytes: Uint8Array, from = 0): string {
  for (let i = 0; i < 16; i++) {
    const byte = bytes[from + i]!;
    const place = PLACES[i]!;
    uuid[place] = DIGITS[byte >> 4]!;
    uuid[place + 1] = DIGITS[byte & 15]!;
  }
  return uuid.toString('latin1');
}

/** The 16 bytes of a UUID's text. */
export function uuidBytes(text: string): Uint8Array {
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}

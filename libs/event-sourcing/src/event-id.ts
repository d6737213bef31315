import { sha1 } from './hash.js';

/** The name space of CX Ledger's event ids (a random UUID, fixed for ever). */
const NAMESPACE = Buffer.from('6f1d3f0a9b5e4c28a7d41c0e52b8f963', 'hex');

/**
 * The id under which an event is stored: UUID v5 (RFC 9562) of tenant, source and the source's id, so that a
 * repeated delivery is the same event in every store. Lower case with hyphens.
 */
export function eventIdOf(tenant: string, source: string, id: string): string {
  const name = Buffer.from(JSON.stringify([tenant, source, id]), 'utf8');
  const digest = Buffer.from(sha1(Buffer.concat([NAMESPACE, name])).subarray(0, 16));
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return uuidText(digest);
}

/** The text of 16 bytes as a UUID. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of a UUID's text. */
export function uuidBytes(text: string): Uint8Array {
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}

import { createHmac, hash } from 'node:crypto';

/** SHA-1 of the bytes (for UUID v5 only; nothing rests on its strength). 40 hexadecimal digits. */
export function sha1Hex(input: Uint8Array | string): string {
  return hash('sha1', input, 'hex');
}

/** SHA-256 of the bytes. 32 bytes. */
export function sha256(input: Uint8Array | string): Uint8Array {
  return hash('sha256', input, 'buffer');
}

/** HMAC-SHA-256 of the parts, one after another, under `key`. 32 bytes. */
export function hmacSha256(key: Uint8Array, ...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

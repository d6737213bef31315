import type { SealingKeys } from '../keys/customer-keys.js';
import { keyedHash } from './keyed-hash.js';

/**
 * HMAC-SHA-256 of a text under an owner's key, 64 hexadecimal digits; for recognising it again without keeping it.
 * `purpose` (letters and hyphens) separates the hashes of different uses: the same key hashes the
 * contents of events, whose texts begin with a brace.
 */
export function keyedText(keys: SealingKeys, purpose: string, text: string): string {
  return keyedHash(keys.contentHash, `${purpose} ${text}`);
}

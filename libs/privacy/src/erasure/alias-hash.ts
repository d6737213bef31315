import type { SealingKeys } from '../keys/customer-keys.js';
import { keyedText } from '../sealing/keyed-text.js';

/**
 * The hash by which an alias is found: HMAC-SHA-256 under the tenant's own key, 32 bytes. Whoever has that key can test
 * whether a known alias is a customer's; nobody can recover aliases from hashes.
 */
export function aliasHash(tenantKeys: SealingKeys, scheme: string, value: string): Uint8Array {
  return Buffer.from(keyedText(tenantKeys, 'alias', JSON.stringify([scheme, value])), 'hex');
}

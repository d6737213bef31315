import { createHash } from 'node:crypto';

/**
 * Names a secret without telling it: SHA-256 of a fixed text and the secret's 32 random bytes, 64 hexadecimal digits.
 * Whoever finds a copy of the key in a backup can tell by it that this copy was to be destroyed.
 */
export function keyDigest(secret: Uint8Array): string {
  return createHash('sha256').update('cx-ledger destroyed key\n').update(secret).digest('hex');
}

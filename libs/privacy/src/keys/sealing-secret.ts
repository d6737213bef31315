import type { SealingKeys } from './customer-keys.js';
import { keyedHash } from '../sealing/keyed-hash.js';

/** Bytes of a secret: what is stored, wrapped, for each customer. */
export const SECRET_BYTES = 32;

/** Bytes of the three keys together, as `packKeys` lays them. */
export const PACKED_KEYS_BYTES = 96;

/**
 * The three keys of an owner's secret: HKDF-Expand (RFC 5869) with SHA-256, one block a key. The extract step is
 * left out because the secret is 32 random bytes already.
 */
export function sealingKeysOf(secret: Uint8Array): SealingKeys {
  return {
    encryption: expand(secret, 'cx-ledger field encryption'),
    nonce: expand(secret, 'cx-ledger field nonce'),
    contentHash: expand(secret, 'cx-ledger content hash'),
  };
}

function expand(secret: Uint8Array, info: string): Uint8Array {
  return Buffer.from(keyedHash(secret, `${info}\u0001`), 'hex');
}

/** Packs the three keys of a secret into one buffer, for transfer between threads. */
export function packKeys(secret: Uint8Array, target: Uint8Array, offset: number): void {
  const keys = sealingKeysOf(secret);
  target.set(keys.encryption, offset);
  target.set(keys.nonce, offset + 32);
  target.set(keys.contentHash, offset + 64);
}

/** The reverse of `packKeys`. The bytes are copied. */
export function unpackKeys(packed: Uint8Array, offset: number): SealingKeys {
  const own = packed.slice(offset, offset + PACKED_KEYS_BYTES);
  return { encryption: own.subarray(0, 32), nonce: own.subarray(32, 64), contentHash: own.subarray(64) };
}

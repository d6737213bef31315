import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { packKeys, PACKED_KEYS_BYTES, sealingKeysOf, unpackKeys } from './sealing-secret.js';

const secret = Buffer.alloc(32, 5);

describe('the keys of a secret', () => {
  it('are one block each of HKDF-Expand (RFC 5869): HMAC of info and a counter of 1', () => {
    const expand = (info: string) => createHmac('sha256', secret).update(`${info}\u0001`).digest('hex');
    const { encryption, nonce, contentHash } = sealingKeysOf(secret);
    expect([encryption, nonce, contentHash].map((key) => Buffer.from(key).toString('hex'))).toEqual([
      expand('cx-ledger field encryption'),
      expand('cx-ledger field nonce'),
      expand('cx-ledger content hash'),
    ]);
  });

  it('come out of their packed form as they went in', () => {
    const packed = new Uint8Array(2 * PACKED_KEYS_BYTES);
    packKeys(secret, packed, PACKED_KEYS_BYTES);
    const [keys, unpacked] = [sealingKeysOf(secret), unpackKeys(packed, PACKED_KEYS_BYTES)];
    for (const name of ['encryption', 'nonce', 'contentHash'] as const) {
      expect(Buffer.from(unpacked[name]).equals(Buffer.from(keys[name]))).toBe(true);
    }
  });
});

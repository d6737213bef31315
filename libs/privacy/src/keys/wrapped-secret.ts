import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { hmacSha256 } from '#event-sourcing';
import { type KeyOwner } from './customer-keys.js';

const NONCE = 12;
const TAG = 16;

/** A master key ready for use. */
export interface WrappingKey {
  readonly key: KeyObject;
  /** Identifies the master key in the key store without revealing it. */
  readonly check: Uint8Array;
}

/** Throws RangeError unless `masterKey` has 32 bytes. */
export function wrappingKey(masterKey: Uint8Array): WrappingKey {
  if (masterKey.length !== 32)
    throw new RangeError(`a master key has 32 bytes, this one ${masterKey.length}`);
  const check = hmacSha256(masterKey, 'cx-ledger master key check').slice(0, 16);
  return { key: createSecretKey(masterKey), check };
}

/** AES-256-GCM of a secret under the master key, bound to its owner: nonce (random), ciphertext, tag. */
export function wrap({ key }: WrappingKey, owner: KeyOwner, secret: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(bindingOf(owner));
  const ciphertext = cipher.update(secret);
  cipher.final();
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
}

/** The secret; undefined when the bytes are not what this key wrapped for this owner. */
export function unwrap({ key }: WrappingKey, owner: KeyOwner, wrapped: Uint8Array): Uint8Array | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAAD(bindingOf(owner));
    decipher.setAuthTag(wrapped.subarray(wrapped.length - TAG));
    const secret = decipher.update(wrapped.subarray(NONCE, wrapped.length - TAG));
    decipher.final();
    return secret;
  } catch {
    return undefined;
  }
}

function bindingOf({ tenant, customer }: KeyOwner): Buffer {
  return Buffer.from(JSON.stringify(customer === undefined ? [tenant] : [tenant, customer]), 'utf8');
}

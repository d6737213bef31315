import { createSecretKey, type KeyObject } from 'node:crypto';
import type { SealingKeys } from '../keys/customer-keys.js';

/** Weak: an entry goes with the key store's cached object, so this keeps no key in memory longer. */
const made = new WeakMap<SealingKeys, KeyObject>();

/** The key that encrypts, in the form that ciphers take four times as fast as its bytes; made when it is first used. */
export function encryptionKey(keys: SealingKeys): KeyObject {
  let key = made.get(keys);
  if (key === undefined) made.set(keys, (key = createSecretKey(keys.encryption)));
  return key;
}

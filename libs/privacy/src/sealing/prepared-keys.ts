import { createSecretKey, type KeyObject } from 'node:crypto';
import type { SealingKeys } from '../keys/customer-keys.js';
import { KeyedHash } from './keyed-hash.js';

/** An owner's keys in the form in which using them is cheap. */
export interface PreparedKeys {
  readonly encryption: KeyObject;
  readonly nonce: KeyedHash;
  readonly contentHash: KeyedHash;
}

/** Weak: an entry goes with the key store's cached object, so preparing keeps no key in memory longer. */
const prepared = new WeakMap<SealingKeys, PreparedKeys>();

/** The prepared form of `keys`, made at most once for each object. */
export function prepare(keys: SealingKeys): PreparedKeys {
  const known = prepared.get(keys);
  if (known !== undefined) return known;
  const made = {
    encryption: createSecretKey(keys.encryption),
    nonce: new KeyedHash(keys.nonce),
    contentHash: new KeyedHash(keys.contentHash),
  };
  prepared.set(keys, made);
  return made;
}

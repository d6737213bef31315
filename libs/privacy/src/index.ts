export { contentHash, type EventContent } from './sealing/content-hash.js';
export { loadMasterKey, logKeyFile, type MasterKey, type MasterKeySource } from './keys/master-key.js';
export { LogKey } from './keys/log-key.js';
export { openEvent } from './sealing/open-event.js';
export { sealData, sealExtensions, type PersonalMap } from './sealing/seal-event.js';
export { openText, sealText, type SealedPlace, type SealedValue } from './sealing/sealed-value.js';
export { interruptedRotation, rotateMasterFile, type Rewrapping } from './keys/rotate-master-file.js';
export { Pseudonyms, type Pseudonymise } from './pseudonyms.js';
export { keyedText } from './sealing/keyed-text.js';
export {
  CachedKeyStore,
  DAMAGED,
  ERASED,
  type FoundKey,
  type KeyCacheOptions,
  type KeyLookup,
} from './keys/cached-key-store.js';
export {
  PACKED_KEYS_BYTES,
  packKeys,
  sealingKeysOf,
  SECRET_BYTES,
  unpackKeys,
} from './keys/sealing-secret.js';
export { unwrap, wrap, type WrappingKey, wrappingKey } from './keys/wrapped-secret.js';
export { type KeyOwner, KeyStore, type SealingKeys } from './keys/customer-keys.js';
export type { MasterKeyCheck, WrappedKeys, WrappedSecret } from './keys/wrapped-keys.js';
export { AliasStore, type AliasEntry } from './erasure/alias-store.js';
export type { ErasedCustomer } from './erasure/erased-customer.js';
export {
  type DeletedCopies,
  type ErasedIdentity,
  type ErasureOrder,
  type ErasureRecord,
  ErasureStore,
  type ErasuresQuery,
} from './erasure/erasure-store.js';
export { keyDigest } from './erasure/key-digest.js';
export { aliasHash } from './erasure/alias-hash.js';

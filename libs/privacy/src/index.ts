export { contentHash, type EventContent } from './sealing/content-hash.js';
export { EmbeddedKeyStore, type EmbeddedKeyStoreOptions } from './embedded/embedded-key-store.js';
export { loadMasterKey, type MasterKey, type MasterKeySource } from './keys/master-key.js';
export { openEvent } from './sealing/open-event.js';
export { sealData, sealExtensions, type PersonalMap } from './sealing/seal-event.js';
export { openText, sealText, type SealedPlace, type SealedValue } from './sealing/sealed-value.js';
export { interruptedRotation, rotateMasterFile, type Rewrapping } from './keys/rotate-master-file.js';
export { Pseudonyms, type Pseudonymise } from './pseudonyms.js';
export { keyedText } from './sealing/keyed-text.js';

export { contentHash, type EventContent } from './content-hash.js';
export { EmbeddedKeyStore, type EmbeddedKeyStoreOptions } from './embedded-key-store.js';
export { loadMasterKey, type MasterKey, type MasterKeySource } from './master-key.js';
export { openEvent } from './open-event.js';
export { sealData, sealExtensions, type PersonalMap } from './seal-event.js';

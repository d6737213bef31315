export { acceptLoss, type AcceptedLoss } from './event-log/accept-loss.js';
export { EmbeddedEventStore, type EmbeddedOptions } from './event-log/event-store.js';
export { EmbeddedEventReader } from './event-log/event-reader.js';
export { lastIndexedEvent, SqliteEventIndexReader } from './event-index/sqlite-event-index.js';
export { InjectedFault } from './event-log/injected-fault.js';
export { beginCopy, copySideStores, hasKeys, hasLog, refuseUnfinishedCopy } from './copy-folder.js';
export { readKeys, replaceKeys } from './keys/moved-keys.js';
export { makeFolder } from './make-folder.js';
export { EmbeddedKeyStore, type KeyStoreOptions } from './keys/embedded-key-store.js';
export { openKeyStore, openSideStores, type SideStoresOptions } from './side-stores.js';
export { SqliteReadModel, type SqliteReadModelOptions } from './read-side/sqlite-read-model.js';
export { SqliteReadModelReader, type SqliteReaderOptions } from './read-side/sqlite-read-model-reader.js';
export { hasTree, SqliteTreeStore } from './proofs/sqlite-tree-store.js';
export { identityOf } from './event-log/log-identity.js';
export type { BackupManifest } from './backup/manifest.js';
export { type WrittenBackup, writeBackup } from './backup/write-backup.js';
export {
  checkBackup,
  manifestOf,
  refuseUnfinishedRestore,
  type RestoredBackup,
  restoreBackup,
} from './backup/restore-backup.js';

import { join } from 'node:path';
import { EmbeddedAccessStore } from './access/embedded-access-store.js';
import { EmbeddedKeyStore, type KeyStoreOptions } from './keys/embedded-key-store.js';
import { EmbeddedOperationsStore } from './operations/embedded-operations-store.js';
import { type OnTrouble, SideThread, StoreCalls } from './side-thread.js';

/** Where the stores beside the events are: folders, which must exist. */
export interface SideStoresOptions {
  readonly keys?: KeyStoreOptions;
  readonly access?: { readonly folder: string };
  readonly operations?: { readonly folder: string };
  readonly onTrouble?: OnTrouble;
}

interface SideStores {
  readonly keys: EmbeddedKeyStore;
  readonly access: EmbeddedAccessStore;
  readonly operations: EmbeddedOperationsStore;
}

/**
 * Opens (or makes) `keys.sqlite`, `access.sqlite` and `operations.sqlite`, those that are asked for, in one thread.
 * Throws StoreFault; then none is left open.
 */
export async function openSideStores<O extends SideStoresOptions>(
  options: O,
): Promise<Pick<SideStores, keyof O & keyof SideStores>> {
  const { keys, access, operations, onTrouble = () => undefined }: SideStoresOptions = options;
  const masterKeys = keys === undefined ? [] : masterKeysOf(keys);
  const files = {
    ...(keys && { keys: { file: join(keys.folder, 'keys.sqlite'), masterKeys } }),
    ...(access && { access: join(access.folder, 'access.sqlite') }),
    ...(operations && { operations: join(operations.folder, 'operations.sqlite') }),
  };
  const thread = await SideThread.start(files, onTrouble);
  const stores: Partial<SideStores> = {
    ...(keys && { keys: new EmbeddedKeyStore(new StoreCalls(thread, 'keys'), keys, masterKeys) }),
    ...(access && { access: new EmbeddedAccessStore(new StoreCalls(thread, 'access')) }),
    ...(operations && { operations: new EmbeddedOperationsStore(new StoreCalls(thread, 'operations')) }),
  };
  return stores as SideStores;
}

/** Opens the key store alone. Throws StoreFault: `master-key-mismatch`, `key-store-damaged` and the like. */
export async function openKeyStore(options: KeyStoreOptions): Promise<EmbeddedKeyStore> {
  return (await openSideStores({ keys: options })).keys;
}

function masterKeysOf({ masterKey, previousMasterKey }: KeyStoreOptions): Uint8Array[] {
  return previousMasterKey === undefined ? [masterKey] : [masterKey, previousMasterKey];
}

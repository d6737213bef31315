import { join } from 'node:path';
import type { Position } from '#event-sourcing';
import { type LogIdentity, RelayPositions } from '#event-store';
import type { AccessStore } from '#platform';
import type { OperationsStore } from '../operations-store.js';
import { AccessTables } from './access/access-tables.js';
import { EmbeddedKeyStore, type KeyStoreOptions } from './keys/embedded-key-store.js';
import { DeadLetterOutboxTable, DeadLetterTable } from './operations/dead-letter-tables.js';
import { IdempotencyTable } from './operations/idempotency-table.js';
import { ImportTables } from './operations/import-tables.js';
import { RelayTable } from './operations/relay-table.js';
import { type OnTrouble, type Remote, SideThread } from './side-thread.js';

/** Where the stores beside the events are: folders, which must exist. */
export interface SideStoresOptions {
  readonly keys?: KeyStoreOptions;
  readonly access?: { readonly folder: string };
  readonly operations?: { readonly folder: string };
  readonly onTrouble?: OnTrouble;
}

interface SideStores {
  readonly keys: EmbeddedKeyStore;
  readonly access: AccessStore;
  readonly operations: OperationsStore;
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
    ...(keys && { keys: new EmbeddedKeyStore(thread, keys, masterKeys) }),
    ...(access && { access: accessIn(thread) }),
    ...(operations && { operations: operationsIn(thread) }),
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

function accessIn(thread: SideThread): AccessStore {
  return { ...thread.table('access', AccessTables), close: () => thread.close('access') };
}

function operationsIn(thread: SideThread): OperationsStore {
  const relays = thread.table('operations', RelayTable);
  return {
    deadLetters: thread.table('operations', DeadLetterTable),
    deadLetterOutbox: thread.table('operations', DeadLetterOutboxTable),
    idempotency: thread.table('operations', IdempotencyTable),
    importRecords: thread.table('operations', ImportTables),
    relayPositionsOf: (log) => new EmbeddedRelayPositions(relays, log),
    close: () => thread.close('operations'),
  };
}

class EmbeddedRelayPositions extends RelayPositions {
  private readonly log: LogIdentity;

  constructor(
    private readonly relays: Remote<RelayTable>,
    { storeId, epoch }: LogIdentity,
  ) {
    super();
    this.log = { storeId, epoch };
  }

  get(relay: string): Promise<Position> {
    return this.relays.get(this.log, relay);
  }

  set(relay: string, position: Position): Promise<void> {
    return this.relays.set(this.log, relay, position);
  }
}

import { availableParallelism } from 'node:os';
import { StoreFault } from '#event-sourcing';
import type { EventReader, EventStore } from '#event-store';
import type { AccessStore, EventsAddress, ViewsAddress } from '#platform';
import type { CachedKeyStore } from '#privacy';
import type { ReadModel } from '#projector';
import type { TreeStore } from '#proofs';
import type { ReadModelReader } from '#views';
import type { EventStoreDbOptions } from './eventstoredb/index.js';
import type { OperationsStore } from './operations-store.js';
import type {
  EmbeddedOptions,
  KeyStoreOptions,
  SideStoresOptions,
  SqliteReaderOptions,
  SqliteReadModelOptions,
} from './sqlite/index.js';

// The composition root: an address of the settings opens the engine that it names, in the main thread and in workers
// alike. Code is loaded when it is asked for: no thread loads the driver of another engine, nor, of the embedded one
// (which every server has in four or more threads), the stores that it does not open.

/** Each kind of address with its engine. */
const ENGINES = {
  esdb: () => import('./eventstoredb/index.js'),
  postgres: () => import('./postgres/index.js'),
} as const;

/** The embedded engine, store by store. */
const EMBEDDED = {
  events: () => import('./sqlite/event-log/event-store.js'),
  eventsReader: () => import('./sqlite/event-log/event-reader.js'),
  eventIndex: () => import('./sqlite/event-index/sqlite-event-index.js'),
  readModel: () => import('./sqlite/read-side/sqlite-read-model.js'),
  readModelReader: () => import('./sqlite/read-side/sqlite-read-model-reader.js'),
  tree: () => import('./sqlite/proofs/sqlite-tree-store.js'),
  sideStores: () => import('./sqlite/side-stores.js'),
} as const;

/** How an event store is opened, whichever it is. `limits` are of an EventStoreDB. */
export interface EventStoreOptions
  extends Pick<EmbeddedOptions, 'queueEvents' | 'queueBytes'>, Pick<EventStoreDbOptions, 'limits'> {
  /** Called when an index beside the store cannot be filled for the moment; it is tried again. */
  readonly onTrouble?: (what: string, reason: Error) => void;
}

/** Opens the event store for writing; of an embedded one, one process at a time may. Throws StoreFault. */
export async function openEventStore(
  address: EventsAddress,
  { onTrouble, limits, ...bounds }: EventStoreOptions = {},
): Promise<EventStore> {
  if (address.kind === 'embedded')
    return (await EMBEDDED.events()).EmbeddedEventStore.open({ ...bounds, folder: address.folder });
  const { EventStoreDbStore } = await ENGINES.esdb();
  return EventStoreDbStore.open({
    ...{ connection: address.url, folder: address.local, limits, ...bounds },
    indexThread: new URL('./event-index.worker.js', import.meta.url),
    onTrouble: (error) => onTrouble?.('the index of events', error as Error),
  });
}

/**
 * Opens an event store, which must exist, for reading, in the calling thread. Throws StoreFault. What an EventStoreDB cannot
 * count itself is read from the index in its local folder, which the thread that writes fills; without that folder the
 * index is made for this reader alone.
 */
export async function openEventReader(address: EventsAddress): Promise<EventReader> {
  if (address.kind === 'embedded')
    return (await EMBEDDED.eventsReader()).EmbeddedEventReader.open({ folder: address.folder });
  if (address.local === undefined) return openEventStore(address);
  const { EventStoreDbConnection, EventStoreDbReader } = await ENGINES.esdb();
  const { SqliteEventIndexReader } = await EMBEDDED.eventIndex();
  const index = new SqliteEventIndexReader({ folder: address.local });
  return new EventStoreDbReader(new EventStoreDbConnection(address.url), index);
}

/** Opens the read model for writing; one projector at a time may. `options` are of an embedded one. Throws StoreFault. */
export async function openReadModel(
  address: ViewsAddress,
  options: Omit<SqliteReadModelOptions, 'folder'> = {},
): Promise<ReadModel> {
  if (address.kind === 'postgres') return (await ENGINES.postgres()).PostgresReadModel.open(address);
  const { SqliteReadModel } = await EMBEDDED.readModel();
  // On two processors threads do twice the work of one and end no sooner (decision 0014).
  const alone = availableParallelism() <= 2 && { threads: 0 };
  return SqliteReadModel.open({ ...alone, ...options, folder: address.folder });
}

/** Opens the read model for reading, beside its one writer. Throws StoreFault. */
export async function openReadModelReader(
  address: ViewsAddress,
  options: Omit<SqliteReaderOptions, 'folder'> = {},
): Promise<ReadModelReader> {
  if (address.kind === 'postgres') {
    const { PostgresReadModelReader } = await ENGINES.postgres();
    return PostgresReadModelReader.open({ ...address, ...options });
  }
  const { SqliteReadModelReader } = await EMBEDDED.readModelReader();
  return SqliteReadModelReader.open({ ...options, folder: address.folder });
}

/** Opens where the log's tree is kept; one process at a time may grow it. `mustExist`: it is not made. Throws StoreFault. */
export async function openTreeStore(
  folder: string,
  options: { readonly mustExist?: boolean } = {},
): Promise<TreeStore> {
  const { SqliteTreeStore } = await EMBEDDED.tree();
  return SqliteTreeStore.open({ ...options, folder });
}

/** Which master keys open the keys, and where the stores beside the events are. */
export interface SideStoresPlaces {
  readonly keys: Omit<KeyStoreOptions, 'folder'>;
  readonly at: { readonly keys: ViewsAddress; readonly views: ViewsAddress };
  readonly onTrouble: NonNullable<SideStoresOptions['onTrouble']>;
}

/** The stores beside the events. */
export interface SideStores {
  readonly keys: CachedKeyStore;
  readonly access: AccessStore;
  readonly operations: OperationsStore;
}

/**
 * Opens the stores of keys, access and operations: the embedded ones in one side thread. Throws StoreFault; then none is
 * left open.
 */
export async function openSideStores({ keys, at, onTrouble }: SideStoresPlaces): Promise<SideStores> {
  const inFolders = await openEmbedded({ keys, at, onTrouble });
  try {
    return { ...inFolders, ...(await openInPostgres({ keys, at, onTrouble })) } as SideStores;
  } catch (error) {
    await Promise.all(Object.values(inFolders).map((store) => store.close()));
    throw error;
  }
}

async function openEmbedded({ keys, at, onTrouble }: SideStoresPlaces): Promise<Partial<SideStores>> {
  const options: SideStoresOptions = {
    ...(at.keys.kind === 'embedded' && { keys: { ...keys, folder: at.keys.folder } }),
    ...(at.views.kind === 'embedded' && { access: at.views, operations: at.views }),
  };
  if (Object.keys(options).length === 0) return {};
  return (await EMBEDDED.sideStores()).openSideStores({ ...options, onTrouble });
}

async function openInPostgres({ keys, at }: SideStoresPlaces): Promise<Partial<SideStores>> {
  const opened: { -readonly [name in keyof SideStores]?: SideStores[name] } = {};
  try {
    if (at.views.kind === 'postgres') {
      const postgres = await ENGINES.postgres();
      opened.access = await postgres.openPostgresAccessStore(at.views);
      opened.operations = await postgres.openPostgresOperationsStore(at.views);
      // Another address may lead to the same database: opening the keys notes that they are there.
      if (at.keys.kind === 'embedded' || at.keys.url !== at.views.url)
        await postgres.noteKeysElsewhere(at.views);
    }
    if (at.keys.kind === 'postgres')
      opened.keys = await (await ENGINES.postgres()).openPostgresKeyStore(at.keys, keys);
    return opened;
  } catch (error) {
    await Promise.all(Object.values(opened).map((store) => store.close()));
    throw error;
  }
}

/** Copies all keys from one place to another, wrapped as they are. Throws StoreFault, also where the source has no keys. */
export async function copyKeys(from: ViewsAddress, to: ViewsAddress): Promise<void> {
  const { hasKeys, readKeys, replaceKeys } = await import('./sqlite/index.js');
  if (from.kind === 'embedded' && !hasKeys(from.folder))
    throw new StoreFault('no-key-store', `there is no key store in ${from.folder}`, { folder: from.folder });
  const postgres = await ENGINES.postgres();
  const keys = from.kind === 'embedded' ? readKeys(from.folder) : await postgres.readKeys(from);
  if (to.kind === 'embedded') replaceKeys(to.folder, keys);
  else await postgres.addKeys(to, keys);
}

import type { EventReader, EventStore } from '#event-store';
import type { StoreAddress } from '#platform';
import type { ReadModel } from '#projector';
import type { ReadModelReader } from '#views';
import type {
  EmbeddedOptions,
  SideStoresOptions,
  SqliteReaderOptions,
  SqliteReadModelOptions,
} from './sqlite/index.js';

// The composition root: an address of the settings opens the engine that it names, in the main thread and in workers
// alike. An engine's code is loaded when it is asked for, so no thread loads the driver of another.

/** Each kind of address with its engine. */
const ENGINES = { embedded: () => import('./sqlite/index.js') } as const satisfies Record<
  StoreAddress['kind'],
  unknown
>;

/** Opens the event store for writing; one process at a time may. Throws StoreFault. */
export async function openEventStore(
  { kind, folder }: StoreAddress,
  options: Omit<EmbeddedOptions, 'folder'> = {},
): Promise<EventStore> {
  const { EmbeddedEventStore } = await ENGINES[kind]();
  return EmbeddedEventStore.open({ ...options, folder });
}

/** Opens an event store, which must exist, for reading, in the calling thread. Throws StoreFault. */
export async function openEventReader({ kind, folder }: StoreAddress): Promise<EventReader> {
  const { EmbeddedEventReader } = await ENGINES[kind]();
  return EmbeddedEventReader.open({ folder });
}

/** Opens the read model for writing; one projector at a time may. Throws StoreFault. */
export async function openReadModel(
  { kind, folder }: StoreAddress,
  options: Omit<SqliteReadModelOptions, 'folder'> = {},
): Promise<ReadModel> {
  const { SqliteReadModel } = await ENGINES[kind]();
  return SqliteReadModel.open({ ...options, folder });
}

/** Opens the read model for reading, beside its one writer. Throws StoreFault. */
export async function openReadModelReader(
  { kind, folder }: StoreAddress,
  options: Omit<SqliteReaderOptions, 'folder'> = {},
): Promise<ReadModelReader> {
  const { SqliteReadModelReader } = await ENGINES[kind]();
  return SqliteReadModelReader.open({ ...options, folder });
}

/** Opens the stores of keys, access and operations, in one side thread. Throws StoreFault; then none is left open. */
export async function openSideStores<O extends SideStoresOptions>(options: O) {
  const engine = await ENGINES.embedded();
  return engine.openSideStores(options);
}

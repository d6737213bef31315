import { PostgresAccessStore } from './access/postgres-access-store.js';
import { Database, type PostgresOptions, type Statement } from './database.js';
import { PostgresKeyStore, type PostgresKeyStoreOptions } from './keys/postgres-key-store.js';
import { migrate } from './migrate.js';
import { PostgresOperationsStore } from './operations/postgres-operations-store.js';

/** The keys in a database, which is made ready where it is new. Throws StoreFault. */
export async function openPostgresKeyStore(
  place: PostgresOptions,
  options: PostgresKeyStoreOptions,
): Promise<PostgresKeyStore> {
  return opened('key-store', place, async (database) => {
    const keys = await PostgresKeyStore.open(database, options);
    await database.write([keyPlace(true)]);
    return keys;
  });
}

/** Notes that the keys are not kept in this database: until they are opened there, reports do not know who is erased. */
export async function noteKeysElsewhere(place: PostgresOptions): Promise<void> {
  const database = await opened('views', place, async (made) => made);
  await database.write([keyPlace(false)]).finally(() => database.close());
}

function keyPlace(isHere: boolean): Statement {
  return { text: 'UPDATE cx.key_place SET is_here = $1 WHERE is_here <> $1', values: [isHere] };
}

/** Tenants and API keys in a database, which is made ready where it is new. Throws StoreFault. */
export function openPostgresAccessStore(place: PostgresOptions): Promise<PostgresAccessStore> {
  return opened('access-store', place, async (database) => new PostgresAccessStore(database));
}

/** Dead letters, answers and imports in a database, which is made ready where it is new. Throws StoreFault. */
export function openPostgresOperationsStore(place: PostgresOptions): Promise<PostgresOperationsStore> {
  return opened('operations-store', place, async (database) => new PostgresOperationsStore(database));
}

async function opened<T>(
  name: ConstructorParameters<typeof Database>[0],
  place: PostgresOptions,
  open: (database: Database) => Promise<T>,
): Promise<T> {
  await migrate(name, place);
  const database = new Database(name, place);
  try {
    return await open(database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

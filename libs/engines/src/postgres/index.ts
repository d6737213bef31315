export type { PostgresOptions } from './database.js';
export { addKeys, readKeys } from './keys/moved-keys.js';
export {
  noteKeysElsewhere,
  openPostgresAccessStore,
  openPostgresKeyStore,
  openPostgresOperationsStore,
} from './side-stores.js';
export { PostgresReadModel, type PostgresReadModelOptions } from './read-side/postgres-read-model.js';
export {
  PostgresReadModelReader,
  type PostgresReaderOptions,
} from './read-side/postgres-read-model-reader.js';

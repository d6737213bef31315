export type { PostgresOptions } from './database.js';
export { openPostgresAccessStore, openPostgresKeyStore, openPostgresOperationsStore } from './side-stores.js';

import type { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#event-sourcing';
import type { StoreName } from './sqlite-fault.js';

/**
 * Leaves nothing of deleted rows in the database's files. Rows are overwritten as they are deleted (secure_delete), but
 * copies that SQLite made earlier, when it divided pages, are not: so the file is written anew, and the write-ahead log
 * emptied. Takes about a second for a million small rows. Throws StoreFault `<store>-busy` while another process reads.
 */
export function overwriteFreeBytes(store: StoreName, database: DatabaseSync): void {
  database.exec('VACUUM');
  const state = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
  if (state.busy !== 0)
    throw new StoreFault(
      `${store}-busy`,
      'another process reads the database, so its write-ahead log could not be emptied: what was deleted is overwritten at the next attempt',
    );
}

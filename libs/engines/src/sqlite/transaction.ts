import type { DatabaseSync } from 'node:sqlite';

/**
 * Does the work in one commit, durable when this returns, or undoes it. Never leaves a transaction open: whatever is
 * written later would be acknowledged without having been committed.
 */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** Undoes the open transaction. On some errors, a full disk among them, SQLite has undone it already. */
export function rollBack(database: DatabaseSync): void {
  if (database.isTransaction) database.exec('ROLLBACK');
}

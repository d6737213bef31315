import type { DatabaseSync } from 'node:sqlite';

/**
 * Does the work in one commit, durable when this returns, or undoes it. Never leaves a transaction open: whatever came
 * behind it would be acknowledged without having been committed.
 */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // On some errors, a full disk among them, SQLite has undone it already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncFolder } from './make-folder.js';

/** Pragmas of a file whose commits are durable when they return, and that several connections may use. */
export const DURABLE = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;';

/** Files that SQLite keeps beside a database; they take its mode when they are made. */
const COMPANIONS = ['', '-wal', '-shm', '-journal'];

/**
 * Opens a database file for writing. Only its owner may read it (mode 600): it is made so where it is missing, its
 * name durable, and changed where it was made otherwise. Errors of the driver and the file pass as they are.
 */
export function openDatabase(file: string, pragmas: string = DURABLE): DatabaseSync {
  if (!createPrivate(file)) for (const companion of COMPANIONS) makePrivate(file + companion);
  const database = new DatabaseSync(file);
  try {
    database.exec(pragmas);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Returns false when the file exists. It must not be opened and closed here then: closing any descriptor of a file
 * gives up the locks that SQLite holds on it in this process.
 */
function createPrivate(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  syncFolder(dirname(file));
  return true;
}

/** Leaves a file as it is that is another user's: he has given this process the right to use it. */
function makePrivate(file: string): void {
  try {
    const { mode } = statSync(file);
    if ((mode & 0o077) !== 0) chmodSync(file, mode & 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EPERM') throw error;
  }
}

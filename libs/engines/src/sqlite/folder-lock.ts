import type { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#event-sourcing';
import { openDatabase } from './database.js';
import { isBusy, sqliteFault, type StoreName } from './sqlite-fault.js';

/**
 * The right to write, for one process at a time: SQLite's own exclusive lock on an empty file. The operating system
 * releases it when the process ends, however it ends, and it works alike on every platform. Readers do not take it.
 */
export class FolderLock {
  readonly #file: DatabaseSync;

  /** Throws StoreFault `<store>-locked` when another writer holds the lock file at `path`. */
  constructor(store: StoreName, path: string, folder: string) {
    let file: DatabaseSync | undefined;
    try {
      file = openDatabase(path, 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      this.#file = file;
    } catch (error) {
      file?.close();
      if (!isBusy(error)) throw sqliteFault(error, store, path);
      throw new StoreFault(
        `${store}-locked`,
        `the folder ${folder} is in use by another process: stop it, or use another folder`,
        { folder },
      );
    }
  }

  release(): void {
    this.#file.close();
  }
}

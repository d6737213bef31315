import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#event-sourcing';
import { isBusy, logFault } from './faults.js';

/**
 * The right to write a folder, for one store at a time. It is SQLite's own exclusive lock on an empty file: the
 * operating system gives it back when the process ends, however it ends, and it works alike on every platform.
 * Readers take no part in it.
 */
export class StoreLock {
  readonly #file: DatabaseSync;

  /** Throws StoreFault `store-locked` when another store has the folder open. */
  constructor(folder: string) {
    const path = join(folder, 'lock');
    let file: DatabaseSync | undefined;
    try {
      file = new DatabaseSync(path);
      file.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
      this.#file = file;
    } catch (error) {
      file?.close();
      if (!isBusy(error)) throw logFault(error, path);
      throw new StoreFault(
        'store-locked',
        `the folder ${folder} is in use by another process: stop it, or use another folder`,
        { folder },
      );
    }
  }

  release(): void {
    this.#file.close();
  }
}

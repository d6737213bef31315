import { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#event-sourcing';
import { faultOf } from './store-fault.js';

/**
 * Keeps a second writer out, in this process or another: a transaction on a file of its own, held as long as the
 * writer lives. The operating system lets go of it when the process dies, however it dies.
 */
export class WriterLock {
  private constructor(private readonly db: DatabaseSync) {}

  /** Throws StoreFault `views-in-use` when another writer holds it. */
  static take(file: string): WriterLock {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(file, { timeout: 0 });
      db.exec('BEGIN EXCLUSIVE');
      return new WriterLock(db);
    } catch (error) {
      db?.close();
      const fault = faultOf(error, file);
      if (!(fault instanceof StoreFault) || fault.code !== 'views-in-use') throw fault;
      throw new StoreFault(
        'views-in-use',
        'another process is projecting into this folder: stop it, or use another folder',
        {
          file,
        },
      );
    }
  }

  release(): void {
    this.db.close();
  }
}

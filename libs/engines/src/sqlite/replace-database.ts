import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncFile, syncFolder } from './make-folder.js';
import { guarded, type StoreName } from './sqlite-fault.js';

/**
 * Gives `file` the database that `fill` writes into an empty file beside it, mode 600: under its name it is whole and
 * durable, or as it was before. Nobody may have it open. Throws StoreFault.
 */
export function replaceDatabase(store: StoreName, file: string, fill: (part: string) => void): void {
  const part = `${file}.part`;
  guarded(store, file, () => {
    rmSync(part, { force: true });
    closeSync(openSync(part, 'wx', 0o600));
    fill(part);
    syncFile(part);
    for (const companion of ['-wal', '-shm']) rmSync(file + companion, { force: true });
    renameSync(part, file);
    syncFolder(dirname(file));
  });
}

/** A snapshot under another name, whole and durable or absent; the source may be in use. Throws StoreFault. */
export function copyDatabase(from: string, to: string): void {
  replaceDatabase('store', to, (part) => {
    const source = new DatabaseSync(from, { readOnly: true });
    try {
      // Leaves out free pages: what was deleted in the source is not carried along.
      source.prepare('VACUUM INTO ?').run(part);
    } finally {
      source.close();
    }
  });
}

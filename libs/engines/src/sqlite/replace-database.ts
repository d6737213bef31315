import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './make-folder.js';
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
    const written = openSync(part, 'r+');
    fsyncSync(written);
    closeSync(written);
    for (const companion of ['-wal', '-shm']) rmSync(file + companion, { force: true });
    renameSync(part, file);
    syncFolder(dirname(file));
  });
}

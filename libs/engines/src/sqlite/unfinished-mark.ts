import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from './make-folder.js';

/** Marks a folder as incomplete by an empty file of this name; answers how to take the mark away. Both are durable at once. */
export function markUnfinished(folder: string, name: string): () => void {
  const mark = join(folder, name);
  // A file of its own: what has this name already may be a link.
  rmSync(mark, { force: true });
  writeFileSync(mark, '', { mode: 0o600, flag: 'wx' });
  syncFolder(folder);
  return () => {
    rmSync(mark);
    syncFolder(folder);
  };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StoreFault } from '#event-sourcing';
import { makeFolder } from './make-folder.js';
import { copyDatabase } from './replace-database.js';
import { markUnfinished } from './unfinished-mark.js';

/** A file of this name stands in a folder while it is filled by a copy. */
const UNFINISHED = 'copy-unfinished';

const LOG = 'log.sqlite';
const KEYS = 'keys.sqlite';
/** What a ledger holds besides events and keys: API keys, tenants; dead letters, stored answers, imports. */
const OTHERS = ['access.sqlite', 'operations.sqlite'];

/** Whether the folder has an event log. */
export function hasLog(folder: string): boolean {
  return existsSync(join(folder, LOG));
}

/** Whether the folder has a key store. */
export function hasKeys(folder: string): boolean {
  return existsSync(join(folder, KEYS));
}

/** Throws StoreFault `copy-unfinished` for a folder into which a copy was begun and not completed. */
export function refuseUnfinishedCopy(folder: string): void {
  if (!existsSync(join(folder, UNFINISHED))) return;
  throw new StoreFault(
    'copy-unfinished',
    `${folder} is the target of a copy that is not complete: run the same cx copy again, or name another folder by CX_STORE`,
    { folder },
  );
}

/**
 * Begins to copy a ledger into a folder, which is made where it is missing and marked as incomplete until `finish`.
 * Throws StoreFault `copy-target-used` for a folder that a server has used already, but recorded nothing in.
 */
export function beginCopy(folder: string, isEmpty: boolean): { finish(): void } {
  if (isEmpty && hasKeys(folder) && !existsSync(join(folder, UNFINISHED))) {
    throw new StoreFault(
      'copy-target-used',
      `${folder} has no events, but a key store of its own: name an empty folder`,
      { folder },
    );
  }
  makeFolder(folder, 0o700);
  return { finish: markUnfinished(folder, UNFINISHED) };
}

/** Copies the other stores that the source has and the target lacks, or that an unfinished copy has left there. */
export function copySideStores(from: string, to: string): readonly string[] {
  const isFirst = existsSync(join(to, UNFINISHED));
  const wanted = OTHERS.filter(
    (file) => existsSync(join(from, file)) && (isFirst || !existsSync(join(to, file))),
  );
  for (const file of wanted) copyDatabase(join(from, file), join(to, file));
  return wanted;
}

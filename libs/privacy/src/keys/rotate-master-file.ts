import { existsSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { createKeyFile, readKeyFile, syncFolder } from './key-file.js';

/** A key store whose secrets can be wrapped anew while it is used. */
export interface Rewrapping {
  /** Returns how many secrets there are. */
  rotateMaster(next: Uint8Array): Promise<number>;
}

const nextFileOf = (file: string) => `${file}.next`;

/** The next master key of a rotation that was interrupted; undefined when none was. */
export function interruptedRotation(file: string): Uint8Array | undefined {
  return existsSync(nextFileOf(file)) ? readKeyFile(nextFileOf(file), 'master-key') : undefined;
}

/**
 * Puts a new master key in the place of the one in the file: makes it beside, wraps every secret under it, then
 * gives it the file's name. After an interruption both keys exist, and the next start continues. Returns how many
 * secrets there are. Afterwards the old key opens only backups of the key store that are older than the rotation.
 */
export async function rotateMasterFile(store: Rewrapping, file: string): Promise<number> {
  const next = nextFileOf(file);
  createKeyFile(next, 'master-key');
  const secrets = await store.rotateMaster(readKeyFile(next, 'master-key'));
  renameSync(next, file);
  syncFolder(dirname(file));
  return secrets;
}

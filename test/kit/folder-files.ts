import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Every file beneath the folder: its path there and its permissions. A store that is open writes and removes files of its
 * own, so one that has gone by the time it is looked at is left out.
 */
export function filesBelow(folder: string): { path: string; mode: number }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((path) => {
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    return found?.isFile() ? [{ path, mode: found.mode & 0o777 }] : [];
  });
}

/** The paths of the files beneath the folder whose bytes are such; one that has gone holds nothing. */
export function filesHolding(folder: string, such: (bytes: Buffer, path: string) => boolean): string[] {
  return filesBelow(folder)
    .map(({ path }) => path)
    .filter((path) => such(bytesOf(join(folder, path)), path));
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

import { accessSync, constants, statSync } from 'node:fs';
import { makeFolder } from '#engines/sqlite';
import { StoreFault } from '#event-sourcing';

const REASONS: { readonly [code: string]: string } = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'there is a file of that name',
  ENOENT: 'no folder can be made there',
};

/** Makes the folder, durably, if it is missing. Throws StoreFault `folder-not-writable` that says what to do. */
export function prepareFolder(folder: string, variable: string): void {
  try {
    makeFolder(folder, 0o700);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = REASONS[code] ?? message;
    throw new StoreFault(
      'folder-not-writable',
      `the data folder ${folder} cannot be written (${reason}): give this user write permission, or set ${variable} to another folder`,
      { folder },
    );
  }
}

/** Whether other users of the machine may enter the folder. Its files are for its owner alone, their names are not. */
export function isOpenToOthers(folder: string): boolean {
  return process.platform !== 'win32' && (statSync(folder).mode & 0o077) !== 0;
}

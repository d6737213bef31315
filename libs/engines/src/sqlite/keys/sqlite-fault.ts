import { StoreFault } from '#event-sourcing';

/** SQLite's primary result codes that have a remedy of their own. */
const FAULTS: { readonly [errcode: number]: readonly [code: string, remedy: string] } = {
  5: ['key-store-busy', 'another process holds it: stop that one, or try again'],
  8: ['key-store-unwritable', 'make the file and its folder writable'],
  10: ['key-store-failed', 'the disk does not read or write: see the system log'],
  11: ['key-store-damaged', 'restore it from a backup'],
  13: ['key-store-full', 'the disk is full: make room'],
  14: ['key-store-unwritable', 'make its folder exist and writable'],
  26: ['key-store-damaged', 'it is no SQLite file: restore it from a backup'],
};

/** The StoreFault that an error of SQLite or of its file means; other errors are given back as they are. */
export function keyStoreFault(error: unknown, file: string): unknown {
  const { errcode, code: errno, message } = error as { errcode?: number; code?: string; message: string };
  if (errno === 'ENOENT' || errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS') {
    return new StoreFault(
      'key-store-unwritable',
      `key store: ${message}; make its folder exist and writable`,
      { file },
    );
  }
  if (errcode === undefined) return error;
  const [code, remedy] = FAULTS[errcode & 0xff] ?? ['key-store-failed', 'see the details'];
  return new StoreFault(code, `key store ${file}: ${message}; ${remedy}`, { file, errcode });
}

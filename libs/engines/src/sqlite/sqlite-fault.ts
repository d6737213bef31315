import { LedgerError, StoreFault } from '#event-sourcing';

/** What went wrong, as the end of a code, and what to do about it. */
type Kind = readonly [suffix: string, remedy: string];

const BUSY: Kind = ['busy', 'another process holds it: stop that process, or try again'];
const NOT_WRITABLE: Kind = ['not-writable', 'make the file and its folder exist and writable'];
const FAILED: Kind = ['failed', 'the disk does not read or write: see the system log'];
const DAMAGED: Kind = ['damaged', 'restore it from a backup'];
const FULL: Kind = ['full', 'no room left on the disk: make room, then send again'];

/** SQLite's primary result codes, the low byte of `errcode` (https://sqlite.org/rescode.html). */
const BY_RESULT: Readonly<Record<number, Kind>> = {
  5: BUSY,
  6: BUSY,
  8: NOT_WRITABLE,
  10: FAILED,
  11: DAMAGED,
  13: FULL,
  14: NOT_WRITABLE,
  23: NOT_WRITABLE,
  26: ['damaged', 'it is not an SQLite file: restore it from a backup'],
};

/** The operating system's codes. */
const BY_ERRNO: Readonly<Record<string, Kind>> = {
  ENOENT: NOT_WRITABLE,
  EACCES: NOT_WRITABLE,
  EPERM: NOT_WRITABLE,
  EROFS: NOT_WRITABLE,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EIO: FAILED,
};

/** The beginning of the codes of each store: `key-store-damaged`. */
export type StoreName = 'store' | 'key-store' | 'access-store' | 'operations-store' | 'views';

/**
 * The StoreFault that an error of SQLite, or of the file itself, means: `<store>-busy`, `-not-writable`, `-failed`,
 * `-damaged` or `-full`, with the file and the remedy. Every other error is returned as it is.
 */
export function sqliteFault(error: unknown, store: StoreName, file: string): Error {
  if (error instanceof LedgerError) return error;
  const { errcode, code, message } = error as { errcode?: number; code?: string; message: string };
  const kind = errcode === undefined ? BY_ERRNO[code ?? ''] : (BY_RESULT[errcode & 0xff] ?? FAILED);
  if (kind === undefined) return error as Error;
  const [suffix, remedy] = kind;
  return new StoreFault(`${store}-${suffix}`, `${file}: ${message}; ${remedy}`, {
    file,
    cause: message,
    ...(errcode === undefined ? {} : { errcode }),
  });
}

/** Whether another connection holds the lock that was wanted. */
export function isBusy(error: unknown): boolean {
  const { errcode } = error as { readonly errcode?: number };
  return errcode !== undefined && (errcode & 0xff) === 5;
}

/** Runs `work` and throws the driver's errors as StoreFault. */
export function guarded<T>(store: StoreName, file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw sqliteFault(error, store, file);
  }
}

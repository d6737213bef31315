import { LedgerError, StoreFault } from '#event-sourcing';

/** The end of the code, and the message: what is wrong with the file, and what to do. */
interface Kind {
  readonly suffix: string;
  readonly message: (file: string) => string;
}

const BUSY: Kind = {
  suffix: 'busy',
  message: (file) => `${file} is in use by another process: stop that process, or try again`,
};
const NOT_WRITABLE: Kind = {
  suffix: 'not-writable',
  message: (file) => `${file} cannot be opened or written: make the file and its folder exist and writable`,
};
const FAILED: Kind = {
  suffix: 'failed',
  message: (file) => `${file} could not be read or written: see the system log for the disk's errors`,
};
const DAMAGED: Kind = {
  suffix: 'damaged',
  message: (file) => `${file} is damaged, or not an SQLite file: restore it from a backup`,
};
const FULL: Kind = {
  suffix: 'full',
  message: (file) => `no room left to write ${file}: make room, then send again`,
};

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
  26: DAMAGED,
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
export type StoreName =
  'store' | 'key-store' | 'access-store' | 'operations-store' | 'views' | 'proofs' | 'backup';

/**
 * The StoreFault that an error of SQLite, or of the file itself, means: `<store>-busy`, `-not-writable`, `-failed`,
 * `-damaged` or `-full`, with the file and the remedy. Every other error is returned as it is.
 */
export function sqliteFault(error: unknown, store: StoreName, file: string): Error {
  if (error instanceof LedgerError) return error;
  const { errcode, code, message } = error as { errcode?: number; code?: string; message: string };
  const kind = errcode === undefined ? BY_ERRNO[code ?? ''] : (BY_RESULT[errcode & 0xff] ?? FAILED);
  if (kind === undefined) return error as Error;
  return new StoreFault(`${store}-${kind.suffix}`, `${kind.message(file)} (${message})`, {
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

import { StoreFault } from '#event-sourcing';

/** A fault as it travels between threads. */
export interface FaultMessage {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export function faultMessage(error: unknown): FaultMessage {
  if (error instanceof StoreFault)
    return { code: error.code, message: error.message, details: error.details };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'store-write-failed', message: `the event store failed: ${text}`, details: {} };
}

export function faultOf({ code, message, details }: FaultMessage): StoreFault {
  return new StoreFault(code, message, details);
}

/** SQLite's primary result codes (https://sqlite.org/rescode.html). */
const BUSY = 5;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** The primary result code of an error of node:sqlite; undefined when it is none. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === BUSY;
}

/** What a failed statement of the log means to the caller. */
export function logFault(error: unknown, file: string): StoreFault {
  if (error instanceof StoreFault) return error;
  const cause = error instanceof Error ? error.message : String(error);
  const details = { file, cause };
  switch (sqliteCode(error)) {
    case FULL:
      return new StoreFault(
        'store-full',
        `no room left to write ${file}: make room, then send again`,
        details,
      );
    case READONLY:
      return new StoreFault('store-not-writable', `${file} cannot be written: ${cause}`, details);
    case CANTOPEN:
      return new StoreFault('store-not-writable', `${file} cannot be opened: ${cause}`, details);
    case CORRUPT:
    case NOTADB:
      return new StoreFault(
        'store-damaged',
        `${file} is damaged (${cause}): restore it from a copy`,
        details,
      );
    default:
      return new StoreFault('store-write-failed', `${file} could not be written: ${cause}`, details);
  }
}

/** What a failure to write the index means. */
export function indexFault(error: unknown, folder: string): StoreFault {
  const cause = error instanceof Error ? error.message : String(error);
  const details = { folder, cause };
  if ((error as NodeJS.ErrnoException | null)?.code === 'ENOSPC') {
    return new StoreFault(
      'store-full',
      `no room left to write ${folder}: make room, then send again`,
      details,
    );
  }
  return new StoreFault(
    'store-write-failed',
    `the index in ${folder} could not be written: ${cause}`,
    details,
  );
}

import { LedgerError, StoreFault } from '#event-sourcing';

/** Primary result codes of SQLite (the low byte of `errcode`) and what they are to an operator. */
const FAULTS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  5: ['views-in-use', 'the views are being written by another process: stop it, or use another folder'],
  6: ['views-in-use', 'the views are being written by another connection'],
  8: ['views-read-only', 'the views cannot be written: check the permissions of the data folder'],
  10: ['views-unreadable', 'reading or writing the views failed: check the disk'],
  11: [
    'views-damaged',
    'views.sqlite is damaged: delete it (or open with recreate), it is rebuilt from the events',
  ],
  13: ['disk-full', 'no room to write the views: free some, the projector goes on by itself'],
  14: [
    'views-unreadable',
    'views.sqlite cannot be opened: check that the data folder exists and may be written',
  ],
  23: ['views-read-only', 'the views cannot be written: permission denied'],
  26: [
    'views-damaged',
    'views.sqlite is no database: delete it (or open with recreate), it is rebuilt from the events',
  ],
};

/** The driver's error as the ledger's own; what is no database error stays as it is. */
export function faultOf(error: unknown, file: string): unknown {
  if (error instanceof LedgerError || typeof error !== 'object' || error === null) return error;
  const { errcode, message: cause } = error as { readonly errcode?: unknown; readonly message?: unknown };
  if (typeof errcode !== 'number') return error;
  const [code, message] = FAULTS[errcode & 0xff] ?? [
    'views-failed',
    `the views' database failed: ${String(cause)}`,
  ];
  return new StoreFault(code, message, { file, sqlite: errcode, cause });
}

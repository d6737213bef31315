import { StoreFault } from '#event-sourcing';
import type { Methods } from '#threads';

/** SQLite's primary result codes (the low byte of `errcode`) that have a remedy of their own. */
const FAULTS: { readonly [errcode: number]: readonly [code: string, remedy: string] } = {
  5: ['file-in-use', 'another process holds it: stop that one'],
  8: ['file-not-writable', 'make the file and its folder writable'],
  10: ['file-failed', 'the disk does not read or write: see the system log'],
  11: ['file-damaged', 'restore it from a backup'],
  13: ['disk-full', 'no room left on the disk: make room, then it goes on by itself'],
  14: ['file-not-writable', 'make its folder exist and writable'],
  26: ['file-damaged', 'it is no SQLite file: restore it from a backup'],
};

/** The StoreFault that an error of SQLite means; other errors are given back as they are. */
function tableFault(error: unknown, file: string): unknown {
  const { errcode, message } = error as { errcode?: number; message: string };
  if (errcode === undefined) return error;
  const [code, remedy] = FAULTS[errcode & 0xff] ?? ['file-failed', 'see the details'];
  return new StoreFault(code, `${file}: ${message}; ${remedy}`, { file, errcode });
}

/** The methods over the tables in a file; the driver's errors, of opening it too, come out as StoreFault. */
export function overTables<M extends Methods>(file: string, open: () => M): M {
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw tableFault(error, file);
    }
  };
  const methods = Object.entries(told(open)).map(
    ([name, method]) => [name, (argument: never) => told(() => method(argument))] as const,
  );
  return Object.fromEntries(methods) as unknown as M;
}

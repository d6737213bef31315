import { workerData } from 'node:worker_threads';
import { serveCalls, lowerThreadPriority } from '#threads';
import { Connection } from './connection.js';

/** What the thread answers. */
export type WriteAheadLogMethods = Awaited<ReturnType<typeof open>>;

async function open() {
  const { file } = workerData as { readonly file: string };
  const connection = new Connection(file, { readOnly: false });
  connection.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0');
  return {
    /** Writes into the file what was committed until now, as far as no reader needs the pages as they were. */
    checkpoint: (_: undefined) => void connection.all('PRAGMA wal_checkpoint(PASSIVE)'),
    close: (_: undefined) => connection.close(),
  };
}

lowerThreadPriority();
await serveCalls(open);

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { formatTime, StoreFault } from '#event-sourcing';
import { guarded } from '../sqlite-fault.js';

/** An epoch that a log has left, because it lost events or was restored from a backup. */
export interface FormerEpoch {
  readonly epoch: string;
  /** The last position that the log still has of it: positions behind it mean other events now. */
  readonly position: number;
  /** When the next epoch began, RFC 3339. */
  readonly until: string;
}

/** Which log it is. Positions mean the same events as long as store id and epoch are the same. */
export interface StoredLogIdentity {
  readonly storeId: string;
  readonly epoch: string;
  /** The oldest first. */
  readonly formerEpochs: readonly FormerEpoch[];
}

/** The epoch of a log that has never lost events. */
const FIRST_EPOCH = 'first';
/** The version of the tables of a log. */
export const LOG_FORMAT = '1';

/** The identity in a log's table `meta`. Throws StoreFault `store-unknown-format`. */
export function readIdentity(log: DatabaseSync, path: string): StoredLogIdentity {
  const rows = log.prepare('SELECT key, value FROM meta').all();
  const meta = new Map(rows.map(({ key, value }) => [key as string, value as string]));
  const format = meta.get('format');
  if (format !== LOG_FORMAT)
    throw new StoreFault('store-unknown-format', `${path} has format ${format}: use a newer CX Ledger`, {
      file: path,
      format,
    });
  return {
    storeId: meta.get('storeId')!,
    epoch: meta.get('epoch') ?? FIRST_EPOCH,
    formerEpochs: JSON.parse(meta.get('formerEpochs') ?? '[]') as FormerEpoch[],
  };
}

/** Writes the identity into a log's table `meta`. */
export function writeIdentity(log: DatabaseSync, { storeId, epoch, formerEpochs }: StoredLogIdentity): void {
  const put = log.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
  put.run('storeId', storeId);
  put.run('format', LOG_FORMAT);
  put.run('epoch', epoch);
  put.run('formerEpochs', JSON.stringify(formerEpochs));
}

/** The identity of a log whose positions behind `position` are given again. */
export function nextEpoch(
  { storeId, epoch, formerEpochs }: StoredLogIdentity,
  position: number,
): StoredLogIdentity {
  const former = { epoch, position, until: formatTime(Date.now()) };
  return { storeId, epoch: randomUUID(), formerEpochs: [...formerEpochs, former] };
}

/** The identity of a folder's log. Throws StoreFault. */
export function identityOf(folder: string): StoredLogIdentity {
  const path = join(folder, 'log.sqlite');
  return guarded('store', path, () => {
    const log = new DatabaseSync(path, { readOnly: true });
    try {
      return readIdentity(log, path);
    } finally {
      log.close();
    }
  });
}

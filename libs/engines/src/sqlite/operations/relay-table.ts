import type { DatabaseSync } from 'node:sqlite';
import { type Position, storedPosition } from '#event-sourcing';
import type { LogIdentity } from '#event-store';
import { inTransaction } from '../transaction.js';

/** The relays' positions in each log, in operations.sqlite. */
export class RelayTable {
  constructor(private readonly database: DatabaseSync) {}

  get(log: LogIdentity, relay: string): Position {
    const find = this.database.prepare('SELECT position FROM relay WHERE name = ?');
    // A row of an earlier version has the bare name: it belongs to the log's first epoch.
    const row = find.get(rowName(log, relay)) ?? (log.epoch === 'first' ? find.get(relay) : undefined);
    return storedPosition(BigInt((row?.position ?? '0') as string));
  }

  set(log: LogIdentity, relay: string, position: Position): void {
    const set = this.database.prepare(
      'INSERT INTO relay VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
    );
    const forget = this.database.prepare('DELETE FROM relay WHERE name = ?');
    inTransaction(this.database, () => {
      set.run(rowName(log, relay), String(position));
      forget.run(relay);
    });
  }
}

function rowName({ storeId, epoch }: LogIdentity, relay: string): string {
  return `${relay} ${storeId} ${epoch}`;
}

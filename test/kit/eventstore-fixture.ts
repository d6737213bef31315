import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Position } from '#event-sourcing';
import { openEventStore } from '#engines';
import { type ConnectionLimits, EventStoreDbConnection, EventStoreDbReader } from '#engines/eventstoredb';
import { SqliteEventIndexReader } from '#engines/sqlite';
import type { EventReader, EventStore, StoredEvent } from '#event-store';

/** Short, so that a test that waits for a deadline is short too. */
export const TEST_LIMITS: ConnectionLimits = { attemptMillis: 2_000, callMillis: 30_000 };

/** Stores and readers of one ledger, each with an index of its own, closed and removed together. */
export class EventStoreFixture {
  private readonly folders: string[] = [];
  private readonly open: { close(): Promise<void> }[] = [];

  constructor(readonly connection: string) {}

  /** A store with a new index, or with the index of an earlier one. */
  async store(options: { folder?: string; limits?: ConnectionLimits } = {}): Promise<EventStore> {
    const { folder = this.folder(), limits = TEST_LIMITS } = options;
    const store = await openEventStore({ kind: 'esdb', url: this.connection, local: folder }, { limits });
    this.open.push(store);
    return store;
  }

  /** A reader as worker threads have it. */
  reader(folder = this.folder()): EventStoreDbReader {
    const connection = new EventStoreDbConnection(this.connection, TEST_LIMITS);
    const reader = new EventStoreDbReader(connection, new SqliteEventIndexReader({ folder }));
    this.open.push(reader);
    return reader;
  }

  /** A new folder for an index. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'cx-index-'));
    this.folders.push(folder);
    return folder;
  }

  /** Closes the stores and readers, and leaves their indexes. */
  async close(): Promise<void> {
    await Promise.all(this.open.splice(0).map((store) => store.close()));
  }

  async remove(): Promise<void> {
    await this.close();
    for (const folder of this.folders.splice(0)) rmSync(folder, { recursive: true });
  }
}

/** All events behind a position, and up to where that reaches. */
export async function readToEnd(reader: EventReader, from: Position) {
  const events: StoredEvent[] = [];
  for (let after = from; ;) {
    const page = await reader.readAll({ after, limit: 100 });
    events.push(...page.events);
    after = page.scannedTo;
    if (page.atEnd) return { events, scannedTo: after };
  }
}

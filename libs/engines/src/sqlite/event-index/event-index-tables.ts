import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Position, START, StoreFault, storedPosition, uuidBytes } from '#event-sourcing';
import type { IndexAnswer, IndexedEvent, IndexQuestion, KnownEvent } from '#event-store';
import { openDatabase } from '../database.js';
import { guarded } from '../sqlite-fault.js';
import { inTransaction } from '../transaction.js';

/** Commits survive a crash of the process; after a power cut the last ones may be missing, and are derived again. */
const PRAGMAS =
  'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;';

/** SQLite's name for a file that nobody else sees, gone when it is closed. */
const TEMPORARY = '';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS event (
    position INTEGER PRIMARY KEY, entry INTEGER NOT NULL, id BLOB NOT NULL, hash BLOB NOT NULL,
    revision INTEGER NOT NULL, latest INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS event_by_id ON event (id);
  CREATE INDEX IF NOT EXISTS event_by_latest ON event (latest);
  CREATE TABLE IF NOT EXISTS stream (name TEXT PRIMARY KEY, head INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS progress (
    one INTEGER PRIMARY KEY CHECK (one = 1), store TEXT NOT NULL, checkpoint INTEGER NOT NULL
  ) STRICT;
`;

interface EventRow {
  readonly position: bigint;
  readonly hash: Uint8Array;
  readonly revision: bigint;
}

/**
 * The tables of event-index.sqlite. `entry` numbers the events from 0, `latest` is the latest recordedAt up to an event:
 * it never decreases, also where two writers' clocks differ. Positions exceed 2^53, so integers are read as bigints.
 */
export class EventIndexTables {
  private readonly statements: ReturnType<typeof prepared>;
  private entries = 0;
  private latest = 0;
  private last: Position = START;

  private constructor(
    private readonly file: string,
    private readonly database: DatabaseSync,
  ) {
    this.statements = prepared(database);
    this.readEnd();
  }

  /** Opens the file for the one that fills it. A damaged file is begun anew: it holds nothing that the store does not. */
  static openToFill(file: string | undefined): EventIndexTables {
    if (file === undefined) return EventIndexTables.over(TEMPORARY, new DatabaseSync(TEMPORARY));
    try {
      return EventIndexTables.open(file);
    } catch (error) {
      if (!(error instanceof StoreFault) || error.code !== 'store-damaged') throw error;
      for (const companion of ['', '-wal', '-shm']) rmSync(file + companion, { force: true });
      return EventIndexTables.open(file);
    }
  }

  /** Opens the file beside the one that fills it. */
  static open(file: string): EventIndexTables {
    return guarded('store', file, () => EventIndexTables.over(file, openDatabase(file, PRAGMAS)));
  }

  private static over(file: string, database: DatabaseSync): EventIndexTables {
    database.exec(SCHEMA);
    return new EventIndexTables(file, database);
  }

  begin(storeId: string): Position {
    return this.guard(() => {
      const row = this.get<{ store: string; checkpoint: bigint }>('SELECT store, checkpoint FROM progress');
      if (row?.store === storeId) return storedPosition(row.checkpoint);
      inTransaction(this.database, () => {
        this.database.exec('DELETE FROM event; DELETE FROM stream; DELETE FROM progress;');
        this.database.prepare('INSERT INTO progress VALUES (1, ?, 0)').run(storeId);
      });
      this.readEnd();
      return START;
    });
  }

  add(events: readonly IndexedEvent[], checkpoint: Position): void {
    this.guard(() => {
      try {
        inTransaction(this.database, () => this.insert(events, checkpoint));
      } catch (error) {
        this.readEnd();
        throw error;
      }
    });
  }

  lookUp({ eventIds, streams }: IndexQuestion): IndexAnswer {
    return this.guard(() => {
      const { byId, headOf } = this.statements;
      return {
        events: eventIds.map((id) => knownOf(byId.get(uuidBytes(id)) as EventRow | undefined)),
        heads: streams.map((name) => (headOf.get(name) as { head: number } | undefined)?.head),
      };
    });
  }

  entriesAt(positions: readonly Position[]): (number | undefined)[] {
    const { entryAt } = this.statements;
    return this.guard(() =>
      positions.map((position) => (entryAt.get(position) as { entry: number } | undefined)?.entry),
    );
  }

  distance(from: Position, to: Position): number {
    return this.guard(() => Math.max(0, this.entriesUpTo(to) - this.entriesUpTo(from)));
  }

  positionAt(recordedAt: number): Position {
    return this.guard(() => {
      const later = this.get<{ position: bigint }>(
        'SELECT position FROM event WHERE latest > ? ORDER BY latest, position LIMIT 1',
        recordedAt,
      );
      if (later === undefined) return storedPosition(this.lastPosition());
      const before = this.get<{ position: bigint }>(
        'SELECT position FROM event WHERE position < ? ORDER BY position DESC LIMIT 1',
        later.position,
      );
      return storedPosition(before?.position ?? 0n);
    });
  }

  get lastRecordedAt(): number {
    return this.latest;
  }

  /** From the file, not from memory: another connection may be the one that writes. */
  head(): Position {
    return this.guard(() => storedPosition(this.lastPosition()));
  }

  close(): void {
    this.database.close();
  }

  private insert(events: readonly IndexedEvent[], checkpoint: Position): void {
    const { addEvent, addStream, advance } = this.statements;
    const heads = new Map<string, number>();
    for (const { eventId, contentHash, stream: name, revision, position, recordedAt } of events) {
      if (position <= this.last) continue;
      this.latest = Math.max(this.latest, recordedAt);
      addEvent.run(position, this.entries++, uuidBytes(eventId), contentHash, revision, this.latest);
      heads.set(name, revision);
      this.last = position;
    }
    for (const [name, head] of heads) addStream.run(name, head);
    advance.run(checkpoint);
  }

  private readEnd(): void {
    const last = this.get<{ position: bigint; entry: bigint; latest: bigint }>(
      'SELECT position, entry, latest FROM event ORDER BY position DESC LIMIT 1',
    );
    this.entries = last === undefined ? 0 : Number(last.entry) + 1;
    this.latest = Number(last?.latest ?? 0n);
    this.last = storedPosition(last?.position ?? 0n);
  }

  private lastPosition(): bigint {
    return (
      this.get<{ position: bigint }>('SELECT position FROM event ORDER BY position DESC LIMIT 1')?.position ??
      0n
    );
  }

  private entriesUpTo(position: Position): number {
    const row = this.get<{ entry: bigint }>(
      'SELECT entry FROM event WHERE position <= ? ORDER BY position DESC LIMIT 1',
      position,
    );
    return row === undefined ? 0 : Number(row.entry) + 1;
  }

  private get<T>(sql: string, ...values: (bigint | number | string)[]): T | undefined {
    const statement = this.database.prepare(sql);
    statement.setReadBigInts(true);
    return statement.get(...values) as T | undefined;
  }

  private guard<T>(work: () => T): T {
    return guarded('store', this.file, work);
  }
}

function knownOf(row: EventRow | undefined): KnownEvent | undefined {
  if (row === undefined) return undefined;
  return {
    contentHash: row.hash,
    revision: Number(row.revision),
    position: storedPosition(row.position),
  };
}

function prepared(database: DatabaseSync) {
  const byId = database.prepare(
    'SELECT position, hash, revision FROM event WHERE id = ? ORDER BY position LIMIT 1',
  );
  byId.setReadBigInts(true);
  return {
    byId,
    entryAt: database.prepare('SELECT entry FROM event WHERE position = ?'),
    headOf: database.prepare('SELECT head FROM stream WHERE name = ?'),
    addEvent: database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)'),
    addStream: database.prepare(
      'INSERT INTO stream VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET head = max(head, excluded.head)',
    ),
    advance: database.prepare('UPDATE progress SET checkpoint = max(checkpoint, ?)'),
  };
}

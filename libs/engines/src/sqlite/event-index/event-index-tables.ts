import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Position, START, StoreFault, storedPosition, uuidBytes, uuidText } from '#event-sourcing';
import type { IndexAnswer, IndexedEvent, IndexQuestion, KnownEvent, PlacedEvent } from '#event-store';
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
  DROP INDEX IF EXISTS event_by_latest;
  CREATE TABLE IF NOT EXISTS stream (name TEXT PRIMARY KEY, head INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS progress (
    one INTEGER PRIMARY KEY CHECK (one = 1), store TEXT NOT NULL, checkpoint INTEGER NOT NULL
  ) STRICT;
`;

/** Greater than every position, as SQLite keeps them. */
const END = 2n ** 63n - 1n;

interface LastRow {
  readonly position: bigint;
  readonly entry: bigint;
  readonly latest: bigint;
  readonly id: Uint8Array;
}

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
      const progress = this.database.prepare('SELECT store, checkpoint FROM progress');
      progress.setReadBigInts(true);
      const row = progress.get() as { store: string; checkpoint: bigint } | undefined;
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

  /** By halving, since `latest` never decreases along the log: an index of it would cost every write, and this is asked seldom. */
  positionAt(recordedAt: number): Position {
    return this.guard(() => {
      let [known, end] = [0n, this.lastPosition()];
      while (known < end) {
        const middle = (known + end + 1n) / 2n;
        const event = this.lastUpTo(middle);
        if (event === undefined || Number(event.latest) <= recordedAt) known = middle;
        else end = event.position - 1n;
      }
      return storedPosition(this.lastUpTo(known)?.position ?? 0n);
    });
  }

  get lastRecordedAt(): number {
    return this.latest;
  }

  /** From the file, not from memory: another connection may be the one that writes. */
  head(): Position {
    return this.guard(() => storedPosition(this.lastPosition()));
  }

  lastEvent(): PlacedEvent | undefined {
    const last = this.guard(() => this.lastUpTo(END));
    return last && { eventId: uuidText(last.id), position: storedPosition(last.position) };
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
    const last = this.lastUpTo(END);
    this.entries = last === undefined ? 0 : Number(last.entry) + 1;
    this.latest = Number(last?.latest ?? 0n);
    this.last = storedPosition(last?.position ?? 0n);
  }

  private lastPosition(): bigint {
    return this.lastUpTo(END)?.position ?? 0n;
  }

  private entriesUpTo(position: Position): number {
    const row = this.lastUpTo(position);
    return row === undefined ? 0 : Number(row.entry) + 1;
  }

  /** The last event at or before a position. */
  private lastUpTo(position: bigint): LastRow | undefined {
    return this.statements.lastUpTo.get(position) as LastRow | undefined;
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
  const lastUpTo = database.prepare(
    'SELECT position, entry, latest, id FROM event WHERE position <= ? ORDER BY position DESC LIMIT 1',
  );
  lastUpTo.setReadBigInts(true);
  return {
    ...{ byId, lastUpTo },
    entryAt: database.prepare('SELECT entry FROM event WHERE position = ?'),
    headOf: database.prepare('SELECT head FROM stream WHERE name = ?'),
    addEvent: database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)'),
    addStream: database.prepare(
      'INSERT INTO stream VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET head = max(head, excluded.head)',
    ),
    advance: database.prepare('UPDATE progress SET checkpoint = max(checkpoint, ?)'),
  };
}

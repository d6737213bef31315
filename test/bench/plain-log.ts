import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { uuidBytes } from '#event-sourcing';
import { type NewEvent } from '#event-store';

const TABLE = `CREATE TABLE IF NOT EXISTS events (
  position INTEGER PRIMARY KEY, id BLOB NOT NULL, stream TEXT NOT NULL, revision INTEGER NOT NULL,
  type TEXT NOT NULL, data BLOB NOT NULL)`;
const INDEXES = `CREATE UNIQUE INDEX IF NOT EXISTS by_id ON events (id);
  CREATE UNIQUE INDEX IF NOT EXISTS by_stream ON events (stream, revision)`;

/** What most would build: one row an event, one unique index on ids and one on revisions. WAL, synchronous=FULL. */
export class PlainLog {
  readonly #file: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #head: StatementSync;

  constructor(folder: string) {
    this.#file = new DatabaseSync(join(folder, 'plain.sqlite'));
    this.#file.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
    this.#file.exec(`${TABLE}; ${INDEXES}`);
    this.#insert = this.#file.prepare(
      'INSERT INTO events (id, stream, revision, type, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.#head = this.#file.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?');
  }

  /**
   * A log of many events in a new folder, its indexes made when all rows are there: row by row, ten million would take
   * half an hour.
   */
  static fill(folder: string, chunks: Iterable<readonly NewEvent[]>): void {
    const file = new DatabaseSync(join(folder, 'plain.sqlite'));
    file.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; ${TABLE}`);
    const insert = file.prepare(
      'INSERT INTO events (id, stream, revision, type, data) VALUES (?, ?, ?, ?, ?)',
    );
    const counts = new Map<string, number>();
    for (const events of chunks) {
      file.exec('BEGIN');
      for (const { eventId, stream, type, bytes } of events) {
        const revision = counts.get(stream) ?? 0;
        counts.set(stream, revision + 1);
        insert.run(uuidBytes(eventId), stream, revision, type, bytes);
      }
      file.exec('COMMIT');
    }
    file.exec(INDEXES);
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    file.close();
  }

  append(events: readonly NewEvent[]): void {
    this.#file.exec('BEGIN IMMEDIATE');
    for (const { eventId, stream, type, bytes } of events) {
      const { revision } = this.#head.get(stream) as { revision: number | null };
      this.#insert.run(uuidBytes(eventId), stream, (revision ?? -1) + 1, type, bytes);
    }
    this.#file.exec('COMMIT');
  }

  close(): void {
    this.#file.close();
  }
}

import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { uuidBytes, type NewEvent } from '#event-sourcing';

/** What most would build: one row an event, one unique index on ids and one on revisions. WAL, synchronous=FULL. */
export class PlainLog {
  readonly #file: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #head: StatementSync;

  constructor(folder: string) {
    this.#file = new DatabaseSync(join(folder, 'plain.sqlite'));
    this.#file.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
    this.#file.exec(`CREATE TABLE IF NOT EXISTS events (
      position INTEGER PRIMARY KEY, id BLOB NOT NULL, stream TEXT NOT NULL, revision INTEGER NOT NULL,
      type TEXT NOT NULL, data BLOB NOT NULL, UNIQUE (id), UNIQUE (stream, revision))`);
    this.#insert = this.#file.prepare(
      'INSERT INTO events (id, stream, revision, type, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.#head = this.#file.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?');
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

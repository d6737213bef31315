import type { DatabaseSync } from 'node:sqlite';
import { DURABLE, openDatabase } from '../database.js';
import { DeadLetterOutboxTable, DeadLetterTable } from './dead-letter-tables.js';
import { IdempotencyTable } from './idempotency-table.js';
import { ImportTables } from './import-tables.js';
import { RelayTable } from './relay-table.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS dead_letter (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, arrived_at INTEGER NOT NULL,
    origin TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, sealed TEXT NOT NULL, customer TEXT,
    retry_at INTEGER, attempts INTEGER NOT NULL, state TEXT NOT NULL, position TEXT, retried_at INTEGER, retried_by TEXT,
    UNIQUE (tenant, origin)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS dead_letter_of_tenant ON dead_letter (tenant, state, number);
  CREATE INDEX IF NOT EXISTS dead_letter_due ON dead_letter (retry_at) WHERE retry_at IS NOT NULL AND state = 'waiting';
  CREATE TABLE IF NOT EXISTS untold_letter (
    number INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, origin TEXT NOT NULL, reason TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS kept_answer (
    tenant TEXT NOT NULL, subject TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,
    outcome TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (tenant, subject, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS kept_answer_by_age ON kept_answer (at);
  CREATE TABLE IF NOT EXISTS relay (name TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Columns that a file made before them lacks. */
const LATER = ['retried_at INTEGER', 'retried_by TEXT'];

/** Opens operations.sqlite. Used in the side thread only, since its writes wait for the disk. */
export function openOperations(file: string) {
  const database = openDatabase(file, `${DURABLE} PRAGMA secure_delete = ON;`);
  database.exec(SCHEMA);
  addLaterColumns(database);
  return [
    database,
    new DeadLetterTable(database),
    new DeadLetterOutboxTable(database),
    new IdempotencyTable(database),
    new RelayTable(database),
    new ImportTables(database),
  ] as const;
}

function addLaterColumns(database: DatabaseSync): void {
  const present = database.prepare(`SELECT name FROM pragma_table_info('dead_letter')`).all();
  for (const column of LATER) {
    if (present.some(({ name }) => name === column.split(' ')[0])) continue;
    database.exec(`ALTER TABLE dead_letter ADD COLUMN ${column}`);
  }
}

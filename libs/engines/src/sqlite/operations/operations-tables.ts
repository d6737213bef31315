import type { DatabaseSync } from 'node:sqlite';
import type { LogIdentity } from '#event-store';
import type { DeadLetter, NewDeadLetter, RetryOutcome, UnpublishedLetter } from '#intake';
import type { IdempotencyOwner, StoredAnswer, StoredOutcome } from '#platform';
import { DURABLE, openDatabase } from '../database.js';
import { overwriteFreeBytes } from '../overwrite-free-bytes.js';
import { inTransaction } from '../transaction.js';
import { ImportTables } from './import-tables.js';

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

type Row = Omit<DeadLetter, 'reason' | 'arrivedAt' | 'retryAt' | 'retriedAt' | 'retriedBy'> & {
  readonly arrived_at: number;
  readonly reason: string;
  readonly retry_at: number | null;
  readonly retried_at: number | null;
  readonly retried_by: string | null;
};

export interface DeadLetterQuery {
  readonly tenant: string;
  readonly state?: DeadLetter['state'];
  readonly code?: string;
  readonly after?: number;
  readonly limit: number;
}

/** A relay of one log. */
export interface RelayOfLog extends LogIdentity {
  readonly relay: string;
}

function rowName(relay: string, storeId: string, epoch: string): string {
  return `${relay} ${storeId} ${epoch}`;
}

/** The tables of operations.sqlite: dead letters and those that are still to be published, stored answers of idempotent requests, and the relays' positions. Used in its thread only. */
export class OperationsTables {
  readonly imports: ImportTables;
  private readonly database: DatabaseSync;

  constructor(file: string) {
    this.database = openDatabase(file, `${DURABLE} PRAGMA secure_delete = ON;`);
    this.database.exec(SCHEMA);
    this.addLaterColumns();
    this.imports = new ImportTables(this.database);
  }

  add(letters: readonly NewDeadLetter[]): void {
    const insert = this.database.prepare(
      `INSERT INTO dead_letter (id, tenant, arrived_at, origin, code, reason, sealed, customer, retry_at, attempts, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'waiting') ON CONFLICT DO NOTHING`,
    );
    const unpublished = this.database.prepare(
      'INSERT INTO untold_letter (tenant, origin, reason) VALUES (?, ?, ?)',
    );
    inTransaction(this.database, () => {
      for (const { id, tenant, arrivedAt, origin, reason, sealed, customer, retryAt } of letters) {
        const text = JSON.stringify(reason);
        const values = [id, tenant, arrivedAt, origin, reason.code, text, sealed, customer, retryAt] as const;
        if (insert.run(...values).changes === 1) unpublished.run(tenant, origin, text);
      }
    });
  }

  list({ tenant, state, code, after = 0, limit }: DeadLetterQuery): DeadLetter[] {
    // Only the conditions there are, so that the index by state and number serves every page.
    const rows = this.database
      .prepare(
        `SELECT * FROM dead_letter WHERE tenant = ? AND number > ?
           ${state === undefined ? '' : 'AND state = ?'} ${code === undefined ? '' : 'AND code = ?'}
         ORDER BY number LIMIT ?`,
      )
      .all(...[tenant, after, state, code, limit].filter((value) => value !== undefined));
    return (rows as unknown as Row[]).map(letterOf);
  }

  get(tenant: string, id: string): DeadLetter | undefined {
    const row = this.database
      .prepare('SELECT * FROM dead_letter WHERE tenant = ? AND id = ?')
      .get(tenant, id);
    return row === undefined ? undefined : letterOf(row as unknown as Row);
  }

  due(now: number, limit: number): DeadLetter[] {
    const rows = this.database
      .prepare(
        `SELECT * FROM dead_letter WHERE retry_at <= ? AND retry_at IS NOT NULL AND state = 'waiting'
         ORDER BY retry_at LIMIT ?`,
      )
      .all(now, limit);
    return (rows as unknown as Row[]).map(letterOf);
  }

  retried(outcomes: readonly RetryOutcome[]): void {
    const noted = 'attempts = attempts + 1, retried_at = ?, retried_by = ?';
    const worked = this.database.prepare(
      `UPDATE dead_letter SET state = 'recorded', position = ?, retry_at = NULL, ${noted} WHERE id = ? AND state = 'waiting'`,
    );
    const failed = this.database.prepare(
      `UPDATE dead_letter SET code = ?, reason = ?, retry_at = ?, ${noted} WHERE id = ? AND state = 'waiting'`,
    );
    inTransaction(this.database, () => {
      for (const { id, at, by, position, reason, retryAt } of outcomes) {
        if (position !== undefined) worked.run(position, at, by, id);
        else failed.run(reason!.code, JSON.stringify(reason), retryAt ?? null, at, by, id);
      }
    });
  }

  delete(tenant: string, id: string): boolean {
    return (
      this.database.prepare('DELETE FROM dead_letter WHERE tenant = ? AND id = ?').run(tenant, id).changes ===
      1
    );
  }

  deleteForGood(tenant: string, ids: readonly string[]): void {
    const gone = this.database.prepare('DELETE FROM dead_letter WHERE tenant = ? AND id = ?');
    inTransaction(this.database, () => {
      for (const id of ids) gone.run(tenant, id);
    });
    overwriteFreeBytes('operations-store', this.database);
  }

  count(tenant: string): { waiting: number; recorded: number } {
    const rows = this.database
      .prepare('SELECT state, count(*) AS letters FROM dead_letter WHERE tenant = ? GROUP BY state')
      .all(tenant) as { state: string; letters: number }[];
    const of = (state: string) => rows.find((row) => row.state === state)?.letters ?? 0;
    return { waiting: of('waiting'), recorded: of('recorded') };
  }

  unpublishedLetters(limit: number): UnpublishedLetter[] {
    const rows = this.database
      .prepare('SELECT number, tenant, origin, reason FROM untold_letter ORDER BY number LIMIT ?')
      .all(limit) as { number: number; tenant: string; origin: string; reason: string }[];
    return rows.map(({ reason, ...row }) => ({ ...row, reason: JSON.parse(reason) as DeadLetter['reason'] }));
  }

  markPublished(upTo: number): void {
    this.database.prepare('DELETE FROM untold_letter WHERE number <= ?').run(upTo);
  }

  relayPosition({ relay, storeId, epoch }: RelayOfLog): string {
    const find = this.database.prepare('SELECT position FROM relay WHERE name = ?');
    // A row of an earlier version has the bare name: it belongs to the log's first epoch.
    const names = [rowName(relay, storeId, epoch), ...(epoch === 'first' ? [relay] : [])];
    const rows = names.map((name) => find.get(name) as { position: string } | undefined);
    return rows.find((row) => row !== undefined)?.position ?? '0';
  }

  setRelayPosition({ relay, storeId, epoch }: RelayOfLog, position: string): void {
    const set = this.database.prepare(
      'INSERT INTO relay VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
    );
    const forget = this.database.prepare('DELETE FROM relay WHERE name = ?');
    inTransaction(this.database, () => {
      set.run(rowName(relay, storeId, epoch), position);
      forget.run(relay);
    });
  }

  findAnswer({ tenant, subject, key }: IdempotencyOwner): StoredAnswer | undefined {
    const row = this.database
      .prepare(
        'SELECT fingerprint, outcome, at FROM kept_answer WHERE tenant = ? AND subject = ? AND key = ?',
      )
      .get(tenant, subject, key) as { fingerprint: string; outcome: string; at: number } | undefined;
    return row && { ...row, outcome: JSON.parse(row.outcome) as StoredOutcome };
  }

  keepAnswer({ tenant, subject, key }: IdempotencyOwner, { fingerprint, outcome, at }: StoredAnswer): void {
    this.database
      .prepare('INSERT OR REPLACE INTO kept_answer VALUES (?, ?, ?, ?, ?, ?)')
      .run(tenant, subject, key, fingerprint, JSON.stringify(outcome), at);
  }

  forgetAnswersBefore(at: number): void {
    this.database.prepare('DELETE FROM kept_answer WHERE at < ?').run(at);
  }

  forgetAnswersOf(tenant: string): number {
    return Number(this.database.prepare('DELETE FROM kept_answer WHERE tenant = ?').run(tenant).changes);
  }

  close(): void {
    this.database.close();
  }

  private addLaterColumns(): void {
    const there = this.database.prepare(`SELECT name FROM pragma_table_info('dead_letter')`).all();
    for (const column of LATER) {
      if (there.some(({ name }) => name === column.split(' ')[0])) continue;
      this.database.exec(`ALTER TABLE dead_letter ADD COLUMN ${column}`);
    }
  }
}

function letterOf(row: Row): DeadLetter {
  const { id, number, tenant, origin, sealed, customer, attempts, state, position } = row;
  return {
    ...{ id, number, tenant, origin, sealed, customer, attempts, state, position },
    reason: JSON.parse(row.reason) as DeadLetter['reason'],
    arrivedAt: row.arrived_at,
    retryAt: row.retry_at,
    retriedAt: row.retried_at,
    retriedBy: row.retried_by,
  };
}

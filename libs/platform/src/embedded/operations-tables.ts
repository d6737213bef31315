import { DatabaseSync } from 'node:sqlite';
import type { DeadLetter, RetryOutcome, UntoldLetter } from '#event-sourcing';
import type { IdempotencyOwner, KeptAnswer, KeptOutcome } from '../idempotency/kept-answers.js';

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS dead_letter (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, arrived_at INTEGER NOT NULL,
    origin TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, sealed TEXT NOT NULL, customer TEXT,
    retry_at INTEGER, attempts INTEGER NOT NULL, state TEXT NOT NULL, position TEXT,
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

type Row = Omit<DeadLetter, 'reason' | 'arrivedAt' | 'retryAt'> & {
  readonly arrived_at: number;
  readonly reason: string;
  readonly retry_at: number | null;
};

export interface DeadLetterQuery {
  readonly tenant: string;
  readonly state?: DeadLetter['state'];
  readonly code?: string;
  readonly after?: string;
  readonly limit: number;
}

/** The tables of operations.sqlite: dead letters and who is to be told of them, answers to be given again, and how far the relays have come. Used in its thread only. */
export class OperationsTables {
  private readonly database: DatabaseSync;

  constructor(file: string) {
    this.database = new DatabaseSync(file);
    this.database.exec(SCHEMA);
  }

  add(letters: readonly DeadLetter[]): void {
    const insert = this.database.prepare(
      `INSERT INTO dead_letter (id, tenant, arrived_at, origin, code, reason, sealed, customer, retry_at, attempts, state, position)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    const untold = this.database.prepare(
      'INSERT INTO untold_letter (tenant, origin, reason) VALUES (?, ?, ?)',
    );
    this.inOne(() => {
      for (const letter of letters) {
        const { id, tenant, arrivedAt, origin, reason, sealed, customer, retryAt } = letter;
        const { attempts, state, position } = letter;
        const text = JSON.stringify(reason);
        const { changes } = insert.run(
          ...[id, tenant, arrivedAt, origin, reason.code, text, sealed, customer, retryAt, attempts],
          ...[state, position],
        );
        if (changes === 1) untold.run(tenant, origin, text);
      }
    });
  }

  list({ tenant, state, code, after, limit }: DeadLetterQuery): DeadLetter[] {
    const rows = this.database
      .prepare(
        `SELECT * FROM dead_letter WHERE tenant = ?1 AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR code = ?3)
           AND number > coalesce((SELECT number FROM dead_letter WHERE id = ?4), 0)
         ORDER BY number LIMIT ?5`,
      )
      .all(tenant, state ?? null, code ?? null, after ?? null, limit);
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
    const worked = this.database.prepare(
      `UPDATE dead_letter SET state = 'recorded', position = ?, attempts = attempts + 1, retry_at = NULL WHERE id = ?`,
    );
    const failed = this.database.prepare(
      'UPDATE dead_letter SET code = ?, reason = ?, retry_at = ?, attempts = attempts + 1 WHERE id = ?',
    );
    this.inOne(() => {
      for (const { id, recordedAt, reason, retryAt } of outcomes) {
        if (recordedAt !== undefined) worked.run(recordedAt, id);
        else failed.run(reason!.code, JSON.stringify(reason), retryAt ?? null, id);
      }
    });
  }

  delete(tenant: string, id: string): boolean {
    return (
      this.database.prepare('DELETE FROM dead_letter WHERE tenant = ? AND id = ?').run(tenant, id).changes ===
      1
    );
  }

  count(tenant: string): { waiting: number; recorded: number } {
    const rows = this.database
      .prepare('SELECT state, count(*) AS letters FROM dead_letter WHERE tenant = ? GROUP BY state')
      .all(tenant) as { state: string; letters: number }[];
    const of = (state: string) => rows.find((row) => row.state === state)?.letters ?? 0;
    return { waiting: of('waiting'), recorded: of('recorded') };
  }

  untold(limit: number): UntoldLetter[] {
    const rows = this.database
      .prepare('SELECT number, tenant, origin, reason FROM untold_letter ORDER BY number LIMIT ?')
      .all(limit) as { number: number; tenant: string; origin: string; reason: string }[];
    return rows.map(({ reason, ...row }) => ({ ...row, reason: JSON.parse(reason) as DeadLetter['reason'] }));
  }

  told(upTo: number): void {
    this.database.prepare('DELETE FROM untold_letter WHERE number <= ?').run(upTo);
  }

  relayPosition(name: string): string {
    const row = this.database.prepare('SELECT position FROM relay WHERE name = ?').get(name);
    return (row as { position: string } | undefined)?.position ?? '0';
  }

  setRelayPosition(name: string, position: string): void {
    this.database
      .prepare(
        'INSERT INTO relay VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position',
      )
      .run(name, position);
  }

  findAnswer({ tenant, subject, key }: IdempotencyOwner): KeptAnswer | undefined {
    const row = this.database
      .prepare(
        'SELECT fingerprint, outcome, at FROM kept_answer WHERE tenant = ? AND subject = ? AND key = ?',
      )
      .get(tenant, subject, key) as { fingerprint: string; outcome: string; at: number } | undefined;
    return row && { ...row, outcome: JSON.parse(row.outcome) as KeptOutcome };
  }

  keepAnswer({ tenant, subject, key }: IdempotencyOwner, { fingerprint, outcome, at }: KeptAnswer): void {
    this.database
      .prepare('INSERT OR REPLACE INTO kept_answer VALUES (?, ?, ?, ?, ?, ?)')
      .run(tenant, subject, key, fingerprint, JSON.stringify(outcome), at);
  }

  forgetAnswersBefore(at: number): void {
    this.database.prepare('DELETE FROM kept_answer WHERE at < ?').run(at);
  }

  close(): void {
    this.database.close();
  }

  private inOne(work: () => void): void {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }
}

function letterOf(row: Row): DeadLetter {
  const { id, tenant, arrived_at: arrivedAt, origin, reason, sealed, customer, retry_at: retryAt } = row;
  const { attempts, state, position } = row;
  return {
    ...{
      id,
      tenant,
      arrivedAt,
      origin,
      reason: JSON.parse(reason) as DeadLetter['reason'],
      sealed,
      customer,
    },
    ...{ retryAt, attempts, state, position },
  };
}

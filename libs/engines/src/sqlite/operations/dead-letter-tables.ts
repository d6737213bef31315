import type { DatabaseSync } from 'node:sqlite';
import type { DeadLetter, DeadLetterStore, NewDeadLetter, RetryOutcome, UnpublishedLetter } from '#intake';
import { overwriteFreeBytes } from '../overwrite-free-bytes.js';
import { inTransaction } from '../transaction.js';

type Row = Omit<DeadLetter, 'reason' | 'arrivedAt' | 'retryAt' | 'retriedAt' | 'retriedBy'> & {
  readonly arrived_at: number;
  readonly reason: string;
  readonly retry_at: number | null;
  readonly retried_at: number | null;
  readonly retried_by: string | null;
};

/** Dead letters, in operations.sqlite. */
export class DeadLetterTable {
  constructor(private readonly database: DatabaseSync) {}

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

  list({ tenant, state, code, after = 0, limit }: Parameters<DeadLetterStore['list']>[0]): DeadLetter[] {
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
}

/** Dead letters that are still to be published, in operations.sqlite. */
export class DeadLetterOutboxTable {
  constructor(private readonly database: DatabaseSync) {}

  first(limit: number): UnpublishedLetter[] {
    const rows = this.database
      .prepare('SELECT number, tenant, origin, reason FROM untold_letter ORDER BY number LIMIT ?')
      .all(limit) as { number: number; tenant: string; origin: string; reason: string }[];
    return rows.map(({ reason, ...row }) => ({ ...row, reason: JSON.parse(reason) as DeadLetter['reason'] }));
  }

  markPublished(upTo: number): void {
    this.database.prepare('DELETE FROM untold_letter WHERE number <= ?').run(upTo);
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

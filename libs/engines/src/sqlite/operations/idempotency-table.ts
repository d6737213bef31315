import type { DatabaseSync } from 'node:sqlite';
import type { IdempotencyOwner, StoredAnswer, StoredOutcome } from '#platform';

/** Stored answers of idempotent requests, in operations.sqlite. */
export class IdempotencyTable {
  constructor(private readonly database: DatabaseSync) {}

  find({ tenant, subject, key }: IdempotencyOwner): StoredAnswer | undefined {
    const row = this.database
      .prepare(
        'SELECT fingerprint, outcome, at FROM kept_answer WHERE tenant = ? AND subject = ? AND key = ?',
      )
      .get(tenant, subject, key) as { fingerprint: string; outcome: string; at: number } | undefined;
    return row && { ...row, outcome: JSON.parse(row.outcome) as StoredOutcome };
  }

  keep({ tenant, subject, key }: IdempotencyOwner, { fingerprint, outcome, at }: StoredAnswer): void {
    this.database
      .prepare('INSERT OR REPLACE INTO kept_answer VALUES (?, ?, ?, ?, ?, ?)')
      .run(tenant, subject, key, fingerprint, JSON.stringify(outcome), at);
  }

  forgetBefore(at: number): void {
    this.database.prepare('DELETE FROM kept_answer WHERE at < ?').run(at);
  }

  forgetTenant(tenant: string): number {
    return Number(this.database.prepare('DELETE FROM kept_answer WHERE tenant = ?').run(tenant).changes);
  }
}

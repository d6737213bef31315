import type { DatabaseSync } from 'node:sqlite';
import type { AliasEntry } from '#privacy';
import { inTransaction } from '../transaction.js';

export const ALIAS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS alias (
    tenant TEXT NOT NULL, hash BLOB NOT NULL, customer TEXT NOT NULL, PRIMARY KEY (tenant, hash, customer)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS alias_of_customer ON alias (tenant, customer);
`;

/** Aliases by keyed hash, in keys.sqlite. Synchronous: it belongs in a worker thread. */
export class AliasTable {
  constructor(private readonly database: DatabaseSync) {}

  add(entries: readonly AliasEntry[]): void {
    if (entries.length === 0) return;
    const add = this.database.prepare(
      `INSERT INTO alias SELECT :tenant, :hash, :customer WHERE NOT EXISTS
         (SELECT 1 FROM erased_customer WHERE tenant = :tenant AND customer = :customer)
       ON CONFLICT DO NOTHING`,
    );
    inTransaction(this.database, () => {
      for (const { tenant, hash, customer } of entries) add.run({ tenant, hash, customer });
    });
  }

  all(): AliasEntry[] {
    const rows = this.database.prepare('SELECT tenant, hash, customer FROM alias ORDER BY 1, 2, 3').all();
    return rows as unknown as AliasEntry[];
  }

  find(tenant: string, hash: Uint8Array, limit: number): string[] {
    const rows = this.database
      .prepare('SELECT customer FROM alias WHERE tenant = ? AND hash = ? ORDER BY customer LIMIT ?')
      .all(tenant, hash, limit);
    return rows.map(({ customer }) => customer as string);
  }

  deleteOf(tenant: string, customer: string): number {
    const gone = this.database
      .prepare('DELETE FROM alias WHERE tenant = ? AND customer = ?')
      .run(tenant, customer);
    return Number(gone.changes);
  }
}

import { type AliasEntry, AliasStore } from '#privacy';
import type { Database } from '../database.js';

/** Aliases by keyed hash, in PostgreSQL. */
export class PostgresAliasStore extends AliasStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async add(entries: readonly AliasEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.database.write([
      {
        text: `INSERT INTO cx.alias SELECT a.tenant, a.hash, a.customer
          FROM unnest($1::text[], $2::bytea[], $3::text[]) a (tenant, hash, customer)
          WHERE NOT EXISTS (SELECT 1 FROM cx.erased_customer e WHERE e.tenant = a.tenant AND e.customer = a.customer)
          ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING`,
        values: [
          entries.map(({ tenant }) => tenant),
          entries.map(({ hash }) => hash),
          entries.map(({ customer }) => customer),
        ],
      },
    ]);
  }

  /** Of all tenants. */
  async all(): Promise<readonly AliasEntry[]> {
    const rows = await this.database.rows('SELECT tenant, hash, customer FROM cx.alias ORDER BY 1, 2, 3');
    return rows.map(([tenant, hash, customer]) => ({
      ...{ tenant: tenant as string, hash: hash as Uint8Array, customer: customer as string },
    }));
  }

  override async find(tenant: string, hash: Uint8Array, limit: number): Promise<readonly string[]> {
    const rows = await this.database.rows(
      'SELECT customer FROM cx.alias WHERE tenant = $1 AND hash = $2 ORDER BY customer LIMIT $3',
      ...[tenant, hash, limit],
    );
    return rows.map(([customer]) => customer as string);
  }
}

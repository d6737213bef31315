import type { DatabaseSync } from 'node:sqlite';
import type {
  DeletedCopies,
  ErasedCustomer,
  ErasureOrder,
  ErasureRecord,
  ErasuresQuery,
  KeyOwner,
} from '#privacy';
import { overwriteFreeBytes } from '../overwrite-free-bytes.js';
import { inTransaction } from '../transaction.js';

/** Erasures lie beside the keys, so that marking a customer as erased and making keys exclude each other. */
export const ERASURE_SCHEMA = `
  CREATE TABLE IF NOT EXISTS erasure (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, customer TEXT NOT NULL,
    reason TEXT NOT NULL, requested_by TEXT NOT NULL, request_id TEXT NOT NULL, requested_at INTEGER NOT NULL,
    destroyed_at INTEGER, finished_at INTEGER, dead_letters INTEGER, stored_answers INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS erasure_of_tenant ON erasure (tenant, number);
  CREATE INDEX IF NOT EXISTS erasure_unfinished ON erasure (number) WHERE finished_at IS NULL;
  CREATE TABLE IF NOT EXISTS erased_customer (
    number INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, customer TEXT NOT NULL, erasure TEXT NOT NULL,
    erased_at INTEGER NOT NULL, key_digest TEXT, aliases INTEGER, UNIQUE (tenant, customer)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS erased_customer_of_erasure ON erased_customer (erasure, customer);
  CREATE TABLE IF NOT EXISTS erasure_search (log TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

interface ErasureRow {
  readonly number: number;
  readonly id: string;
  readonly tenant: string;
  readonly customer: string;
  readonly reason: string;
  readonly requested_by: string;
  readonly request_id: string;
  readonly requested_at: number;
  readonly destroyed_at: number | null;
  readonly finished_at: number | null;
  readonly dead_letters: number | null;
  readonly stored_answers: number | null;
}

interface MemberRow {
  readonly customer: string;
  readonly keyDigest: string | null;
  readonly aliases: number | null;
}

type ErasedRow = ErasedCustomer & { readonly number: number };

const ERASED = 'number, tenant, customer, erasure, erased_at AS erasedAt';

/** What the table needs of the keys in the same file. */
export interface DestroyableKeys {
  /** Null where there is no key, or a damaged one. */
  digestOf(owner: KeyOwner): string | null;
  delete(owner: KeyOwner): void;
}

/** What it needs of the aliases in the same file. */
export interface DestroyableAliases {
  /** Answers how many there were. */
  deleteOf(tenant: string, customer: string): number;
}

/** Erasures and erased customers in keys.sqlite. Synchronous: it belongs in a worker thread. */
export class ErasureTable {
  constructor(
    private readonly database: DatabaseSync,
    private readonly keys: DestroyableKeys,
    private readonly aliases: DestroyableAliases,
  ) {}

  fence(order: ErasureOrder, customers: readonly string[]): ErasureRecord {
    const { id, tenant, customer, reason, requestedBy, requestId, requestedAt } = order;
    inTransaction(this.database, () => {
      this.database
        .prepare(
          `INSERT INTO erasure (id, tenant, customer, reason, requested_by, request_id, requested_at)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        )
        .run(id, tenant, customer, reason, requestedBy, requestId, requestedAt);
      const mark = this.database.prepare(
        `INSERT INTO erased_customer (tenant, customer, erasure, erased_at, key_digest) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING`,
      );
      for (const one of customers) {
        const digest = this.keys.digestOf({ tenant, customer: one });
        mark.run(tenant, one, id, requestedAt, digest);
      }
    });
    return this.byId(id);
  }

  destroy(id: string, at: number): ErasureRecord {
    const { tenant, members } = this.byId(id);
    inTransaction(this.database, () => {
      const count = this.database.prepare(
        'UPDATE erased_customer SET aliases = coalesce(aliases, 0) + ? WHERE tenant = ? AND customer = ?',
      );
      for (const { customer } of members) {
        this.keys.delete({ tenant, customer });
        count.run(this.aliases.deleteOf(tenant, customer), tenant, customer);
      }
    });
    overwriteFreeBytes('key-store', this.database);
    this.database.prepare('UPDATE erasure SET destroyed_at = ? WHERE id = ?').run(at, id);
    return this.byId(id);
  }

  finish(id: string, at: number, { deadLetters, storedAnswers }: DeletedCopies): ErasureRecord {
    this.database
      .prepare('UPDATE erasure SET finished_at = ?, dead_letters = ?, stored_answers = ? WHERE id = ?')
      .run(at, deadLetters, storedAnswers, id);
    return this.byId(id);
  }

  get(tenant: string, id: string): ErasureRecord | undefined {
    const row = this.database
      .prepare('SELECT * FROM erasure WHERE tenant = ? AND id = ?')
      .get(tenant, id) as unknown as ErasureRow | undefined;
    return row && this.recordOf(row);
  }

  list({ tenant, before = Number.MAX_SAFE_INTEGER, limit }: ErasuresQuery): ErasureRecord[] {
    const rows = this.database
      .prepare('SELECT * FROM erasure WHERE tenant = ? AND number < ? ORDER BY number DESC LIMIT ?')
      .all(tenant, before, limit) as unknown as ErasureRow[];
    return rows.map((row) => this.recordOf(row));
  }

  /** Of all tenants, in the order in which they began. */
  all(): ErasureRecord[] {
    const rows = this.database.prepare('SELECT * FROM erasure ORDER BY number').all();
    return (rows as unknown as ErasureRow[]).map((row) => this.recordOf(row));
  }

  /** Adds an erasure as another store had it. */
  restore(record: ErasureRecord): void {
    const { id, tenant, customer, reason, requestedBy, requestId, requestedAt, copies } = record;
    this.database
      .prepare(
        `INSERT INTO erasure (id, tenant, customer, reason, requested_by, request_id, requested_at, destroyed_at,
           finished_at, dead_letters, stored_answers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...([id, tenant, customer, reason, requestedBy, requestId, requestedAt] as const),
        ...([record.destroyedAt, record.finishedAt] as const),
        ...([copies?.deadLetters ?? null, copies?.storedAnswers ?? null] as const),
      );
    const mark = this.database.prepare(
      `INSERT INTO erased_customer (tenant, customer, erasure, erased_at, key_digest, aliases) VALUES (?, ?, ?, ?, ?, ?)`,
    );
    for (const member of record.members)
      mark.run(tenant, member.customer, id, requestedAt, member.keyDigest, member.aliases);
  }

  unfinished(limit: number): ErasureRecord[] {
    const rows = this.database
      .prepare('SELECT * FROM erasure WHERE finished_at IS NULL ORDER BY number LIMIT ?')
      .all(limit) as unknown as ErasureRow[];
    return rows.map((row) => this.recordOf(row));
  }

  searchedTo(log: string): string {
    const row = this.database.prepare('SELECT position FROM erasure_search WHERE log = ?').get(log);
    return (row?.position ?? '0') as string;
  }

  noteSearched(log: string, position: string): void {
    this.database.prepare('INSERT OR REPLACE INTO erasure_search VALUES (?, ?)').run(log, position);
  }

  find(owners: readonly KeyOwner[]): (ErasedCustomer | undefined)[] {
    const find = this.database.prepare(
      `SELECT ${ERASED} FROM erased_customer WHERE tenant = ? AND customer = ?`,
    );
    return owners.map(
      ({ tenant, customer = '' }) => find.get(tenant, customer) as unknown as ErasedCustomer | undefined,
    );
  }

  after(number: number, limit: number): ErasedRow[] {
    return this.database
      .prepare(`SELECT ${ERASED} FROM erased_customer WHERE number > ? ORDER BY number LIMIT ?`)
      .all(number, limit) as unknown as ErasedRow[];
  }

  private byId(id: string): ErasureRecord {
    const row = this.database.prepare('SELECT * FROM erasure WHERE id = ?').get(id);
    return this.recordOf(row as unknown as ErasureRow);
  }

  private recordOf(row: ErasureRow): ErasureRecord {
    const members = this.database
      .prepare(
        'SELECT customer, key_digest AS keyDigest, aliases FROM erased_customer WHERE erasure = ? ORDER BY customer',
      )
      .all(row.id) as unknown as MemberRow[];
    const { number, id, tenant, customer, reason, dead_letters: deadLetters, stored_answers } = row;
    return {
      ...{ number, id, tenant, customer, reason, members },
      requestedBy: row.requested_by,
      requestId: row.request_id,
      requestedAt: row.requested_at,
      destroyedAt: row.destroyed_at,
      finishedAt: row.finished_at,
      copies: deadLetters === null ? null : { deadLetters, storedAnswers: stored_answers! },
    };
  }
}

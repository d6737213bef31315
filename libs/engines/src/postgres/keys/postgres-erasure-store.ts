import {
  type DeletedCopies,
  type ErasedCustomer,
  type ErasureOrder,
  type ErasureRecord,
  ErasureStore,
  type ErasuresQuery,
  type KeyOwner,
} from '#privacy';
import type { Database, Row } from '../database.js';
import { HOLD_KEYS } from './secret-rows.js';

/** The digests of owners' secrets, null where there is none. */
type DigestsOf = (owners: readonly KeyOwner[]) => Promise<readonly (string | null)[]>;

const RECORD = `number, id, tenant, customer, reason, requested_by, request_id, requested_at, destroyed_at, finished_at,
  dead_letters, stored_answers,
  coalesce((SELECT json_agg(json_build_object('customer', m.customer, 'keyDigest', m.key_digest, 'aliases', m.aliases)
    ORDER BY m.customer) FROM cx.erased_customer m WHERE m.erasure = e.id), '[]')`;

/** Erasures in PostgreSQL. */
export class PostgresErasureStore extends ErasureStore {
  constructor(
    private readonly database: Database,
    private readonly digestsOf: DigestsOf,
  ) {
    super();
  }

  override async fence(order: ErasureOrder, customers: readonly string[]): Promise<ErasureRecord> {
    const { id, tenant, customer, reason, requestedBy, requestId, requestedAt } = order;
    await this.database.write([
      HOLD_KEYS,
      {
        text: `INSERT INTO cx.erasure (id, tenant, customer, reason, requested_by, request_id, requested_at)
          VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
        values: [id, tenant, customer, reason, requestedBy, requestId, requestedAt],
      },
      {
        text: `INSERT INTO cx.erased_customer (tenant, customer, erasure, erased_at)
          SELECT $1, customer, $2, $3 FROM unnest($4::text[]) c (customer) ON CONFLICT (tenant, customer) DO NOTHING`,
        values: [tenant, id, requestedAt, customers],
      },
    ]);
    // No key is made for them any more, so what is read now stays right.
    const owners = customers.map((one) => ({ tenant, customer: one }));
    const digests = await this.digestsOf(owners);
    await this.database.write([
      {
        text: `UPDATE cx.erased_customer e SET key_digest = d.digest
          FROM unnest($2::text[], $3::text[]) d (customer, digest)
          WHERE e.erasure = $1 AND e.customer = d.customer AND d.digest IS NOT NULL`,
        values: [id, customers, digests],
      },
    ]);
    return this.byId(id);
  }

  override async destroy(id: string, at: number): Promise<ErasureRecord> {
    const members = `SELECT tenant, customer FROM cx.erased_customer WHERE erasure = $1`;
    await this.database.write([
      HOLD_KEYS,
      {
        text: `DELETE FROM cx.secret s USING (${members}) m WHERE s.tenant = m.tenant AND s.customer = m.customer`,
        values: [id],
      },
      {
        text: `WITH gone AS (
            DELETE FROM cx.alias a USING (${members}) m WHERE a.tenant = m.tenant AND a.customer = m.customer
            RETURNING a.customer)
          UPDATE cx.erased_customer e SET aliases = coalesce(e.aliases, 0)
            + (SELECT count(*) FROM gone WHERE gone.customer = e.customer) WHERE e.erasure = $1`,
        values: [id],
      },
    ]);
    // A plain vacuum leaves the bytes of deleted rows in the pages' free space: the tables are written anew.
    await this.database.rewriteTables(['cx.secret', 'cx.alias']);
    await this.database.write([
      { text: 'UPDATE cx.erasure SET destroyed_at = $2 WHERE id = $1', values: [id, at] },
    ]);
    return this.byId(id);
  }

  override async finish(
    id: string,
    at: number,
    { deadLetters, storedAnswers }: DeletedCopies,
  ): Promise<ErasureRecord> {
    await this.database.write([
      {
        text: 'UPDATE cx.erasure SET finished_at = $2, dead_letters = $3, stored_answers = $4 WHERE id = $1',
        values: [id, at, deadLetters, storedAnswers],
      },
    ]);
    return this.byId(id);
  }

  override async get(tenant: string, id: string): Promise<ErasureRecord | undefined> {
    const [row] = await this.rows('tenant = $1 AND id = $2', tenant, id);
    return row;
  }

  override list({ tenant, before = Number.MAX_SAFE_INTEGER, limit }: ErasuresQuery) {
    return this.rows('tenant = $1 AND number < $2 ORDER BY number DESC LIMIT $3', tenant, before, limit);
  }

  /** Of all tenants, in the order in which they began. */
  all(): Promise<readonly ErasureRecord[]> {
    return this.rows('true ORDER BY number');
  }

  /** Adds erasures as another store had them; those that are there already stay. */
  async restore(records: readonly ErasureRecord[]): Promise<void> {
    for (const record of records) {
      const { id, tenant, customer, reason, requestedBy, requestId, requestedAt, members, copies } = record;
      await this.database.write([
        {
          text: `INSERT INTO cx.erasure (id, tenant, customer, reason, requested_by, request_id, requested_at, destroyed_at,
              finished_at, dead_letters, stored_answers) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (id) DO NOTHING`,
          values: [
            ...[id, tenant, customer, reason, requestedBy, requestId, requestedAt],
            ...[record.destroyedAt, record.finishedAt],
            ...[copies?.deadLetters ?? null, copies?.storedAnswers ?? null],
          ],
        },
        {
          text: `INSERT INTO cx.erased_customer (tenant, customer, erasure, erased_at, key_digest, aliases)
            SELECT $1, m.customer, $2, $3, m.digest, m.aliases
            FROM unnest($4::text[], $5::text[], $6::bigint[]) m (customer, digest, aliases)
            ON CONFLICT (tenant, customer) DO NOTHING`,
          values: [
            ...[tenant, id, requestedAt, members.map((member) => member.customer)],
            ...[members.map(({ keyDigest }) => keyDigest), members.map(({ aliases }) => aliases)],
          ],
        },
      ]);
    }
  }

  override unfinished(limit: number) {
    return this.rows('finished_at IS NULL ORDER BY number LIMIT $1', limit);
  }

  override async searchedTo(log: string): Promise<string> {
    const [row] = await this.database.rows('SELECT position FROM cx.erasure_search WHERE log = $1', log);
    return (row?.[0] ?? '0') as string;
  }

  override async noteSearched(log: string, position: string): Promise<void> {
    await this.database.write([
      {
        text: `INSERT INTO cx.erasure_search VALUES ($1, $2) ON CONFLICT (log) DO UPDATE SET position = excluded.position`,
        values: [log, position],
      },
    ]);
  }

  override async find(owners: readonly KeyOwner[]): Promise<readonly (ErasedCustomer | undefined)[]> {
    const rows = await this.database.rows(
      `SELECT place, e.tenant, e.customer, e.erasure, e.erased_at
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY o (tenant, customer, place)
       JOIN cx.erased_customer e ON e.tenant = o.tenant AND e.customer = o.customer`,
      ...[owners.map(({ tenant }) => tenant), owners.map(({ customer }) => customer ?? '')],
    );
    const byPlace = new Map(rows.map(([place, ...erased]) => [place as number, erasedOf(erased)]));
    return owners.map((_, i) => byPlace.get(i + 1));
  }

  override async after(number: number, limit: number) {
    const rows = await this.database.rows(
      `SELECT number, tenant, customer, erasure, erased_at FROM cx.erased_customer WHERE number > $1
       ORDER BY number LIMIT $2`,
      ...[number, limit],
    );
    return rows.map(([own, ...erased]) => ({ number: own as number, ...erasedOf(erased) }));
  }

  private async byId(id: string): Promise<ErasureRecord> {
    const [record] = await this.rows('id = $1', id);
    return record!;
  }

  private async rows(condition: string, ...values: readonly (string | number)[]) {
    const rows = await this.database.rows(`SELECT ${RECORD} FROM cx.erasure e WHERE ${condition}`, ...values);
    return rows.map(recordOf);
  }
}

function erasedOf([tenant, customer, erasure, erasedAt]: Row): ErasedCustomer {
  return {
    tenant: tenant as string,
    customer: customer as string,
    erasure: erasure as string,
    erasedAt: erasedAt as number,
  };
}

function recordOf(row: Row): ErasureRecord {
  const [number, id, tenant, customer, reason, requestedBy, requestId, requestedAt] = row;
  const [destroyedAt, finishedAt, deadLetters, storedAnswers, members] = row.slice(8);
  return {
    number: number as number,
    id: id as string,
    tenant: tenant as string,
    customer: customer as string,
    reason: reason as string,
    requestedBy: requestedBy as string,
    requestId: requestId as string,
    requestedAt: requestedAt as number,
    members: members as ErasureRecord['members'],
    destroyedAt: destroyedAt as number | null,
    finishedAt: finishedAt as number | null,
    copies:
      deadLetters === null
        ? null
        : { deadLetters: deadLetters as number, storedAnswers: storedAnswers as number },
  };
}

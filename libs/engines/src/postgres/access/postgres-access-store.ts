import type { AccessStore, ApiKeyRecord, KeysQuery, TenantRecord } from '#platform';
import type { Database, Row } from '../database.js';

const KEY = 'id, tenant, roles, label, secret_hash, created_at, last_used_at, revoked_at, unlogged';

/** Tenants and API keys in PostgreSQL. */
export class PostgresAccessStore implements AccessStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<ApiKeyRecord | undefined> {
    const [row] = await this.database.rows(`SELECT ${KEY} FROM cx.api_key WHERE id = $1`, id);
    return row && keyOf(row);
  }

  async list({ tenant, after = { createdAt: -1, id: '' }, limit }: KeysQuery) {
    const rows = await this.database.rows(
      `SELECT ${KEY} FROM cx.api_key WHERE tenant = $1 AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4`,
      ...[tenant, after.createdAt, after.id, limit],
    );
    return rows.map(keyOf);
  }

  async add({ id, tenant, roles, label, secretHash, createdAt, isUnlogged }: ApiKeyRecord): Promise<void> {
    await this.database.write([
      {
        text: 'INSERT INTO cx.api_key (id, tenant, roles, label, secret_hash, created_at, unlogged) VALUES ($1, $2, $3, $4, $5, $6, $7)',
        values: [id, tenant, roles.join(' '), label, secretHash, createdAt, isUnlogged],
      },
    ]);
  }

  async revoke(tenant: string, id: string, at: number): Promise<ApiKeyRecord | undefined> {
    const [rows] = await this.database.write([
      {
        text: `UPDATE cx.api_key SET revoked_at = coalesce(revoked_at, $3) WHERE tenant = $1 AND id = $2 RETURNING ${KEY}`,
        values: [tenant, id, at],
      },
    ]);
    return rows![0] && keyOf(rows![0]);
  }

  async touch(uses: ReadonlyMap<string, number>): Promise<void> {
    await this.database.write([
      // Locked in the order of ids: servers that note their uses at one time never wait for each other in a circle.
      {
        text: 'SELECT 1 FROM cx.api_key WHERE id = ANY ($1) ORDER BY id FOR UPDATE',
        values: [[...uses.keys()]],
      },
      {
        text: `UPDATE cx.api_key k SET last_used_at = greatest(k.last_used_at, u.at)
          FROM unnest($1::text[], $2::bigint[]) u (id, at) WHERE k.id = u.id`,
        values: [[...uses.keys()], [...uses.values()]],
      },
    ]);
  }

  async hasTenant(tenant: string): Promise<boolean> {
    const rows = await this.database.rows('SELECT 1 FROM cx.known_tenant WHERE tenant = $1', tenant);
    return rows.length > 0;
  }

  async addTenant({ tenant, createdAt }: TenantRecord): Promise<boolean> {
    const [rows] = await this.database.write([
      {
        text: 'INSERT INTO cx.known_tenant VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
        values: [tenant, createdAt],
      },
    ]);
    return rows!.length > 0;
  }

  async tenants(after: string, limit: number): Promise<readonly TenantRecord[]> {
    const rows = await this.database.rows(
      'SELECT tenant, created_at FROM cx.known_tenant WHERE tenant > $1 ORDER BY tenant LIMIT $2',
      ...[after, limit],
    );
    return rows.map(([tenant, createdAt]) => ({ tenant: tenant as string, createdAt: createdAt as number }));
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

function keyOf(row: Row): ApiKeyRecord {
  const [id, tenant, roles, label, secretHash, createdAt, lastUsedAt, revokedAt, isUnlogged] = row;
  return {
    id: id as string,
    tenant: tenant as string,
    roles: (roles as string).split(' ') as unknown as ApiKeyRecord['roles'],
    label: label as string,
    secretHash: secretHash as Uint8Array,
    createdAt: createdAt as number,
    lastUsedAt: lastUsedAt as number | null,
    revokedAt: revokedAt as number | null,
    isUnlogged: isUnlogged as boolean,
  };
}

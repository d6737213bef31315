import type { DatabaseSync } from 'node:sqlite';
import type { ApiKeyRecord, KeysQuery, TenantRecord } from '#platform';
import { openDatabase } from '../database.js';
import { inTransaction } from '../transaction.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS api_key (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, roles TEXT NOT NULL, label TEXT NOT NULL, secret_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL, last_used_at INTEGER, revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tenant (tenant TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- A file made before tenants were kept has keys of those that exist.
  INSERT INTO tenant SELECT tenant, min(created_at) FROM api_key WHERE true GROUP BY tenant ON CONFLICT DO NOTHING;
`;

interface KeyRow {
  readonly id: string;
  readonly tenant: string;
  readonly roles: string;
  readonly label: string;
  readonly secret_hash: Uint8Array;
  readonly created_at: number;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
  readonly unlogged: number;
}

/** The tables of access.sqlite; used in the side thread only, since its writes wait for the disk. */
export class AccessTables {
  readonly database: DatabaseSync;

  constructor(file: string) {
    this.database = openDatabase(file);
    this.database.exec(SCHEMA);
    // A file made before reading by a key could be left unrecorded.
    const columns = this.database.prepare('SELECT name FROM pragma_table_info(?)').all('api_key');
    if (!columns.some(({ name }) => name === 'unlogged'))
      this.database.exec('ALTER TABLE api_key ADD COLUMN unlogged INTEGER NOT NULL DEFAULT 0');
  }

  find(id: string): ApiKeyRecord | undefined {
    const row = this.database.prepare('SELECT * FROM api_key WHERE id = ?').get(id);
    return row === undefined ? undefined : recordOf(row as unknown as KeyRow);
  }

  list({ tenant, after = { createdAt: -1, id: '' }, limit }: KeysQuery): ApiKeyRecord[] {
    const rows = this.database
      .prepare(
        'SELECT * FROM api_key WHERE tenant = ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?',
      )
      .all(tenant, after.createdAt, after.id, limit);
    return (rows as unknown as KeyRow[]).map(recordOf);
  }

  add({ id, tenant, roles, label, secretHash, createdAt, isUnlogged }: ApiKeyRecord): void {
    this.database
      .prepare(
        'INSERT INTO api_key (id, tenant, roles, label, secret_hash, created_at, unlogged) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(id, tenant, roles.join(' '), label, secretHash, createdAt, isUnlogged ? 1 : 0);
  }

  revoke(tenant: string, id: string, at: number): ApiKeyRecord | undefined {
    this.database
      .prepare('UPDATE api_key SET revoked_at = coalesce(revoked_at, ?) WHERE tenant = ? AND id = ?')
      .run(at, tenant, id);
    const record = this.find(id);
    return record?.tenant === tenant ? record : undefined;
  }

  touch(uses: ReadonlyMap<string, number>): void {
    const update = this.database.prepare(
      'UPDATE api_key SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?',
    );
    inTransaction(this.database, () => {
      for (const [id, at] of uses) update.run(at, id);
    });
  }

  hasTenant(tenant: string): boolean {
    return this.database.prepare('SELECT 1 FROM tenant WHERE tenant = ?').get(tenant) !== undefined;
  }

  addTenant({ tenant, createdAt }: TenantRecord): boolean {
    const insert = this.database.prepare('INSERT INTO tenant VALUES (?, ?) ON CONFLICT DO NOTHING');
    return insert.run(tenant, createdAt).changes === 1;
  }

  tenants(after: string, limit: number): TenantRecord[] {
    const rows = this.database
      .prepare('SELECT tenant, created_at AS createdAt FROM tenant WHERE tenant > ? ORDER BY tenant LIMIT ?')
      .all(after, limit);
    return rows.map((row) => ({ ...row }) as unknown as TenantRecord);
  }
}

function recordOf(row: KeyRow): ApiKeyRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    roles: row.roles.split(' ') as unknown as ApiKeyRecord['roles'],
    label: row.label,
    secretHash: row.secret_hash,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    isUnlogged: row.unlogged === 1,
  };
}

import type { ApiKeyRecord, KeysQuery, TenantRecord } from '#platform';
import { AccessTables } from './access-tables.js';

/** What the side thread answers about access. */
export type AccessMethods = ReturnType<typeof accessMethods>;

export function accessMethods(file: string) {
  const tables = new AccessTables(file);
  return {
    find: (id: string) => tables.find(id),
    list: (about: KeysQuery) => tables.list(about),
    add: (record: ApiKeyRecord) => tables.add(record),
    revoke: ({ tenant, id, at }: { tenant: string; id: string; at: number }) => tables.revoke(tenant, id, at),
    touch: (uses: ReadonlyMap<string, number>) => tables.touch(uses),
    hasTenant: (tenant: string) => tables.hasTenant(tenant),
    addTenant: (record: TenantRecord) => tables.addTenant(record),
    tenants: ({ after, limit }: { after: string; limit: number }) => tables.tenants(after, limit),
    close: (_: undefined) => tables.close(),
  };
}

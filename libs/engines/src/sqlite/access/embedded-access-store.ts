import type { AccessStore, ApiKeyRecord, KeysQuery, TenantRecord } from '#platform';
import type { AccessMethods } from './access-methods.js';
import type { StoreCalls } from '../side-thread.js';

/** The access store in `access.sqlite`, in the side thread. */
export class EmbeddedAccessStore implements AccessStore {
  constructor(private readonly thread: StoreCalls<AccessMethods>) {}

  find(id: string): Promise<ApiKeyRecord | undefined> {
    return this.thread.call('find', id);
  }

  list(about: KeysQuery): Promise<readonly ApiKeyRecord[]> {
    return this.thread.call('list', about);
  }

  add(record: ApiKeyRecord): Promise<void> {
    return this.thread.call('add', record);
  }

  revoke(tenant: string, id: string, at: number): Promise<ApiKeyRecord | undefined> {
    return this.thread.call('revoke', { tenant, id, at });
  }

  touch(uses: ReadonlyMap<string, number>): Promise<void> {
    return this.thread.call('touch', uses);
  }

  hasTenant(tenant: string): Promise<boolean> {
    return this.thread.call('hasTenant', tenant);
  }

  addTenant(record: TenantRecord): Promise<boolean> {
    return this.thread.call('addTenant', record);
  }

  tenants(after: string, limit: number): Promise<readonly TenantRecord[]> {
    return this.thread.call('tenants', { after, limit });
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}

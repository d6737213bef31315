import type { Clock } from '#event-sourcing';
import { LedgerError } from '#event-sourcing';
import type { AccessStore, TenantRecord } from './access-store.js';

/** Cached names of existing tenants; tenants are never removed, so entries stay valid. */
const REMEMBERED = 10_000;

/** The tenants that exist. A mistyped name is refused instead of creating a tenant. */
export class Tenants {
  private readonly known = new Set<string>();

  constructor(
    private readonly store: AccessStore,
    private readonly clock: Clock,
  ) {}

  /** Throws `unknown-tenant`. */
  async check(tenant: string): Promise<void> {
    if (this.known.has(tenant)) return;
    if (!(await this.store.hasTenant(tenant))) {
      throw new LedgerError(
        'unknown-tenant',
        `there is no tenant "${tenant}": cx tenants list shows those that exist, cx tenants create ${tenant} makes it`,
        { tenant },
      );
    }
    if (this.known.size < REMEMBERED) this.known.add(tenant);
  }

  /** Makes the tenant; false when it exists already. */
  create(tenant: string): Promise<boolean> {
    return this.store.addTenant({ tenant, createdAt: this.clock.now() });
  }

  /** In the order of their names, after `after`. */
  list(after: string | undefined, limit: number): Promise<readonly TenantRecord[]> {
    return this.store.tenants(after ?? '', limit);
  }
}

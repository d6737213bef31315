import { StoreFault, streamName } from '#event-sourcing';
import type { EventStore } from '#event-store';
import { type ErasedCustomer, type KeyOwner, KeyStore, type SealingKeys } from '#privacy';

/**
 * The key store, checked against the event log: whoever has recorded events and is not erased has keys, so keys that are
 * missing then are lost. They are neither made anew (what was sealed could never be opened again) nor taken for an erasure.
 * `ensure` and `find` throw StoreFault `key-missing` for such an owner.
 */
export class GuardedKeys extends KeyStore {
  constructor(
    private readonly keys: KeyStore,
    private readonly store: EventStore,
  ) {
    super();
  }

  override async ensure(owners: readonly KeyOwner[]): Promise<readonly SealingKeys[]> {
    const found = await this.find(owners);
    if (found.every((keys) => keys !== undefined)) return found;
    return this.keys.ensure(owners);
  }

  override async find(owners: readonly KeyOwner[]): Promise<readonly (SealingKeys | undefined)[]> {
    const found = await this.keys.find(owners);
    if (found.every((keys) => keys !== undefined)) return found;
    const erased = await this.keys.erasedAmong(owners);
    const missing = owners.filter((_, i) => found[i] === undefined && !erased.has(i));
    if (missing.length === 0) return found;
    const recorded = await this.store.withEvents(missing.map(streamName));
    const lost = missing.filter((owner) => recorded.has(streamName(owner)));
    if (lost.length === 0) return found;
    // Another request may have made keys and recorded the first event since: its keys were durable before.
    const again = await this.keys.find(lost);
    const index = again.indexOf(undefined);
    if (index !== -1) throw missingKeys(lost[index]!.tenant);
    return this.keys.find(owners);
  }

  override erasedAmong(
    owners: readonly KeyOwner[],
    how?: { readonly fresh: true },
  ): Promise<ReadonlyMap<number, ErasedCustomer>> {
    return this.keys.erasedAmong(owners, how);
  }

  override close(): Promise<void> {
    return this.keys.close();
  }
}

/** Details name the tenant alone: a customer's id may be personal. */
function missingKeys(tenant: string): StoreFault {
  return new StoreFault(
    'key-missing',
    `keys of tenant ${tenant} are missing although events are recorded under them: ` +
      'restore keys.sqlite from a backup; without its keys what was sealed cannot be read',
    { tenant },
  );
}

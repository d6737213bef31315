import type { Clock } from '#event-sourcing';
import { NotFound } from '#event-sourcing';
import { isSecretOf, mintApiKey, parseApiKey } from './api-key.js';
import type { ApiKeyRecord, KeyTerms } from './api-key.js';
import { AccessStore } from './access-store.js';
import type { KeysQuery } from './access-store.js';
import type { Principal } from './principal.js';

/** Key records in the cache; the least recently loaded is evicted first. */
const CACHE_SIZE = 10_000;
/**
 * How long a cached record is used before it is read again, ms: a key that another process revokes works at most this
 * long.
 */
const CACHE_MILLIS = 10_000;

interface CachedRecord {
  readonly record: ApiKeyRecord;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Creates, authenticates, lists and revokes API keys. A key revoked here is refused from the next request on. */
export class KeyRing {
  private readonly cache = new Map<string, CachedRecord>();
  private uses = new Map<string, number>();

  constructor(
    private readonly store: AccessStore,
    private readonly clock: Clock,
  ) {}

  /** Creates a key. Its text is returned only here: the store keeps a hash of its secret. */
  async mint(owner: KeyTerms): Promise<{ readonly key: string; readonly record: ApiKeyRecord }> {
    const minted = mintApiKey(owner, this.clock.now());
    await this.store.add(minted.record);
    return minted;
  }

  /** The caller that the key belongs to; undefined where it is malformed, unknown, wrong or revoked. */
  async authenticate(text: string): Promise<Principal | undefined> {
    const parsed = parseApiKey(text);
    if (parsed === undefined) return undefined;
    const record = await this.recordOf(parsed.id);
    if (record === undefined || !isSecretOf(record, parsed.secret) || record.revokedAt !== null)
      return undefined;
    this.uses.set(record.id, this.clock.now());
    const { id: subject, label, tenant, roles, isUnlogged } = record;
    return { subject, label, tenant, roles: new Set(roles), ...(isUnlogged && { isUnlogged }) };
  }

  /** Keys of one tenant in the order of their making, revoked ones included. */
  list(about: KeysQuery): Promise<readonly ApiKeyRecord[]> {
    return this.store.list(about);
  }

  /** Throws NotFound when the tenant has no such key. */
  async revoke(tenant: string, id: string): Promise<ApiKeyRecord> {
    const record = await this.store.revoke(tenant, id, this.clock.now());
    this.cache.delete(id);
    if (record === undefined) throw new NotFound(`there is no key ${id}`, { id });
    return record;
  }

  /** Stores when keys were last used. To be called at intervals, and before the store is closed. */
  async noteUses(): Promise<void> {
    const uses = this.uses;
    if (uses.size === 0) return;
    this.uses = new Map();
    await this.store.touch(uses);
  }

  private async recordOf(id: string): Promise<ApiKeyRecord | undefined> {
    const now = this.clock.now();
    const cached = this.cache.get(id);
    if (cached !== undefined && cached.expiresAt > now) return cached.record;
    const record = await this.store.find(id);
    this.cache.delete(id);
    if (record !== undefined) this.remember(record, now + CACHE_MILLIS);
    return record;
  }

  private remember(record: ApiKeyRecord, expiresAt: number): void {
    this.cache.set(record.id, { record, expiresAt });
    if (this.cache.size > CACHE_SIZE) this.cache.delete(this.cache.keys().next().value!);
  }
}

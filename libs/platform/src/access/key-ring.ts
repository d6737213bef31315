import type { Clock } from '#event-sourcing';
import { NotFound } from '#event-sourcing';
import { isSecretOf, mintApiKey, parseApiKey } from './api-key.js';
import type { ApiKeyRecord } from './api-key.js';
import { AccessStore } from './access-store.js';
import type { KeysQuery } from './access-store.js';
import type { Principal } from './principal.js';
import type { Role } from './roles.js';

/** Keys held in memory; those used least lately go first. */
const HELD = 10_000;
/** How long a held record is believed without asking the store again, ms: bounds how late another process's revocation is seen. */
const BELIEVED = 10_000;

interface Held {
  readonly record: ApiKeyRecord;
  readonly until: number;
}

/** The API keys: made, recognised, listed and revoked. A key revoked here is refused from the next request on. */
export class KeyRing {
  private readonly held = new Map<string, Held>();
  private uses = new Map<string, number>();

  constructor(
    private readonly store: AccessStore,
    private readonly clock: Clock,
  ) {}

  /** Makes a key; its text is given this once and cannot be found again. */
  async mint(owner: {
    readonly tenant: string;
    readonly roles: readonly Role[];
    readonly label: string;
  }): Promise<{ readonly key: string; readonly record: ApiKeyRecord }> {
    const minted = mintApiKey(owner, this.clock.now());
    await this.store.add(minted.record);
    return minted;
  }

  /** Whose key this is; undefined when it is none, unknown, wrong or revoked. */
  async recognise(text: string): Promise<Principal | undefined> {
    const parsed = parseApiKey(text);
    if (parsed === undefined) return undefined;
    const record = await this.recordOf(parsed.id);
    if (record === undefined || !isSecretOf(record, parsed.secret) || record.revokedAt !== null)
      return undefined;
    this.uses.set(record.id, this.clock.now());
    const { id: subject, label, tenant, roles } = record;
    return { subject, label, tenant, roles: new Set(roles) };
  }

  /** Keys of one tenant in the order of their making, revoked ones included. */
  list(about: KeysQuery): Promise<readonly ApiKeyRecord[]> {
    return this.store.list(about);
  }

  /** Throws NotFound when the tenant has no such key. */
  async revoke(tenant: string, id: string): Promise<ApiKeyRecord> {
    const record = await this.store.revoke(tenant, id, this.clock.now());
    this.held.delete(id);
    if (record === undefined) throw new NotFound(`there is no key ${id}`, { id });
    return record;
  }

  /** Writes down when keys were last used. To be called now and then, and before the store is closed. */
  async noteUses(): Promise<void> {
    const uses = this.uses;
    if (uses.size === 0) return;
    this.uses = new Map();
    await this.store.touch(uses);
  }

  private async recordOf(id: string): Promise<ApiKeyRecord | undefined> {
    const now = this.clock.now();
    const held = this.held.get(id);
    if (held !== undefined && held.until > now) return held.record;
    const record = await this.store.find(id);
    this.held.delete(id);
    if (record !== undefined) this.hold(record, now + BELIEVED);
    return record;
  }

  private hold(record: ApiKeyRecord, until: number): void {
    this.held.set(record.id, { record, until });
    if (this.held.size > HELD) this.held.delete(this.held.keys().next().value!);
  }
}

import type { ApiKeyRecord } from './api-key.js';

/** Which keys are asked for. */
export interface KeysQuery {
  readonly tenant: string;
  /** Only those made after this one. */
  readonly after?: Pick<ApiKeyRecord, 'createdAt' | 'id'>;
  readonly limit: number;
}

/** A tenant that exists. */
export interface TenantRecord {
  readonly tenant: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** The store of tenants and API keys. Every write is durable when it answers. */
export abstract class AccessStore {
  abstract find(id: string): Promise<ApiKeyRecord | undefined>;
  /** Keys of one tenant in the order of their making, revoked ones included. */
  abstract list(about: KeysQuery): Promise<readonly ApiKeyRecord[]>;
  abstract add(record: ApiKeyRecord): Promise<void>;
  /** The key revoked (again: unchanged); undefined when the tenant has no such key. */
  abstract revoke(tenant: string, id: string, at: number): Promise<ApiKeyRecord | undefined>;
  /** Notes the last uses of keys; the only write that need not be durable. */
  abstract touch(uses: ReadonlyMap<string, number>): Promise<void>;
  abstract hasTenant(tenant: string): Promise<boolean>;
  /** False when the tenant exists already. */
  abstract addTenant(record: TenantRecord): Promise<boolean>;
  /** Tenants in the order of their names, after `after`. */
  abstract tenants(after: string, limit: number): Promise<readonly TenantRecord[]>;
  abstract close(): Promise<void>;
}

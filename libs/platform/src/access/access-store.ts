import type { ApiKeyRecord } from './api-key.js';

/** A reading of personal data: who opened what of whom, when. Kept for ever. */
export interface ReadingRecord {
  readonly tenant: string;
  /** The principal's subject. */
  readonly subject: string;
  readonly customer: string;
  /** The route's pattern. */
  readonly route: string;
  /** How many events were opened. */
  readonly events: number;
  /** Which: revisions of the customer's stream as `0-49 52`, or the id of a dead letter. */
  readonly opened: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A reading as it was written down; null where a file made before it was kept does not say which events. */
export interface NumberedReading extends Omit<ReadingRecord, 'opened'> {
  readonly opened: string | null;
  /** Ascending in the order of writing. */
  readonly number: number;
}

/** Which readings are asked for. */
export interface ReadingsQuery {
  readonly tenant: string;
  /** Of one customer's data only. */
  readonly customer?: string;
  /** Only those written down before this one. */
  readonly before?: number;
  readonly limit: number;
}

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

/** The store of tenants, API keys and readings of personal data. Every write is durable when it answers. */
export abstract class AccessStore {
  abstract find(id: string): Promise<ApiKeyRecord | undefined>;
  /** Keys of one tenant in the order of their making, revoked ones included. */
  abstract list(about: KeysQuery): Promise<readonly ApiKeyRecord[]>;
  abstract add(record: ApiKeyRecord): Promise<void>;
  /** The key revoked (again: unchanged); undefined when the tenant has no such key. */
  abstract revoke(tenant: string, id: string, at: number): Promise<ApiKeyRecord | undefined>;
  /** Notes the last uses of keys; the only write that need not be durable. */
  abstract touch(uses: ReadonlyMap<string, number>): Promise<void>;
  abstract noteReading(reading: ReadingRecord): Promise<void>;
  /** Readings of the tenant's data, the newest first. */
  abstract readings(about: ReadingsQuery): Promise<readonly NumberedReading[]>;
  abstract hasTenant(tenant: string): Promise<boolean>;
  /** False when the tenant exists already. */
  abstract addTenant(record: TenantRecord): Promise<boolean>;
  /** Tenants in the order of their names, after `after`. */
  abstract tenants(after: string, limit: number): Promise<readonly TenantRecord[]>;
  abstract close(): Promise<void>;
}

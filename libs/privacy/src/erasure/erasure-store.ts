import type { KeyOwner } from '../keys/customer-keys.js';
import type { ErasedCustomer } from './erased-customer.js';

/** Who asked for the erasure of whom, and why. */
export interface ErasureOrder {
  /** UUID of the erasure. */
  readonly id: string;
  readonly tenant: string;
  /** The customer named in the request. */
  readonly customer: string;
  /** For auditors; no personal data. */
  readonly reason: string;
  /** The id of the key, `operator`, or `jwt-` and a hash. */
  readonly requestedBy: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly requestedAt: number;
}

/** One identity of the erased person. */
export interface ErasedIdentity {
  readonly customer: string;
  /** `keyDigest` of the destroyed secret; null where there was none, or it was damaged. */
  readonly keyDigest: string | null;
  /** Alias hashes that were deleted with it; null before the keys are destroyed. */
  readonly aliases: number | null;
}

/** What was deleted of copies that other stores had. */
export interface DeletedCopies {
  readonly deadLetters: number;
  /** Stored answers to requests with an idempotency key: all of the tenant, which are at most a day old. */
  readonly storedAnswers: number;
}

/** An erasure as far as it has come. Times in milliseconds since 1970. */
export interface ErasureRecord extends ErasureOrder {
  /** Ascending in the order in which erasures began. */
  readonly number: number;
  /** In the order of their ids. */
  readonly members: readonly ErasedIdentity[];
  /** When the keys were destroyed and their bytes overwritten; null: not yet. */
  readonly destroyedAt: number | null;
  /** Null: under way. It goes on at the next attempt, or at the next start. */
  readonly finishedAt: number | null;
  readonly copies: DeletedCopies | null;
}

export interface ErasuresQuery {
  readonly tenant: string;
  /** Only those that began before this one (`number`). */
  readonly before?: number;
  readonly limit: number;
}

/**
 * Erasures, kept with the keys: the record that a customer is erased and the customer's keys are in one database, so
 * that no key is made for an erased customer, by whichever process. What it has acknowledged is durable.
 */
export abstract class ErasureStore {
  /**
   * Marks these customers as erased, before anything of them is deleted: from now on no key is made for them. Called
   * again, it adds those that are missing. Customers of an earlier erasure stay with that one.
   */
  abstract fence(order: ErasureOrder, customers: readonly string[]): Promise<ErasureRecord>;
  /**
   * Deletes the keys and alias hashes of all members, and overwrites their bytes wherever this store still has them.
   * Called again, it overwrites again.
   */
  abstract destroy(id: string, at: number): Promise<ErasureRecord>;
  abstract finish(id: string, at: number, copies: DeletedCopies): Promise<ErasureRecord>;
  abstract get(tenant: string, id: string): Promise<ErasureRecord | undefined>;
  /** The newest first. */
  abstract list(about: ErasuresQuery): Promise<readonly ErasureRecord[]>;
  /** Erasures of all tenants that are not finished, the oldest first. */
  abstract unfinished(limit: number): Promise<readonly ErasureRecord[]>;
  /** Up to which position (decimal text) the log was searched for erasures that this store lacks; `0`: not yet. */
  abstract searchedTo(log: string): Promise<string>;
  abstract noteSearched(log: string, position: string): Promise<void>;
  /** Of each owner, in order, the erasure that it belongs to. */
  abstract find(owners: readonly KeyOwner[]): Promise<readonly (ErasedCustomer | undefined)[]>;
  /** Customers marked as erased after this number, in the order in which they were marked; for processes to learn of them. */
  abstract after(
    number: number,
    limit: number,
  ): Promise<readonly (ErasedCustomer & { readonly number: number })[]>;
}

import type { ErasedCustomer } from '../erasure/erased-customer.js';

/** The three keys of one customer (or tenant), 32 bytes each, derived from one stored secret. */
export interface SealingKeys {
  readonly encryption: Uint8Array;
  readonly nonce: Uint8Array;
  readonly contentHash: Uint8Array;
}

/** The owner of keys: a customer of a tenant, or (customer absent) the tenant itself. */
export interface KeyOwner {
  readonly tenant: string;
  readonly customer?: string;
}

/** The store of keys. Deleting a customer's keys is erasing the customer. */
export abstract class KeyStore {
  /**
   * The keys of each owner, in order; missing ones are created, and durable before this resolves. Throws LedgerError
   * `customer-erased` where one of them would have to be made for an erased customer.
   */
  abstract ensure(owners: readonly KeyOwner[]): Promise<readonly SealingKeys[]>;
  /** The keys of each owner, in order; undefined where there are none (never created, or erased). */
  abstract find(owners: readonly KeyOwner[]): Promise<readonly (SealingKeys | undefined)[]>;
  /**
   * Those of the owners that are erased, by their index. Cheap where nobody is. What another process has erased is known
   * here within a second; with `fresh` it is asked for now.
   */
  abstract erasedAmong(
    owners: readonly KeyOwner[],
    how?: { readonly fresh: true },
  ): Promise<ReadonlyMap<number, ErasedCustomer>>;
  abstract close(): Promise<void>;
}

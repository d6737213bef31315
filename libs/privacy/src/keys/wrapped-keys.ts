import type { AliasEntry } from '../erasure/alias-store.js';
import type { ErasureRecord } from '../erasure/erasure-store.js';

/** A master key that secrets are wrapped under, as a key store knows it: by what it can be told by. */
export interface MasterKeyCheck {
  readonly version: number;
  readonly check: Uint8Array;
}

/** A secret as it is stored. */
export interface WrappedSecret {
  readonly tenant: string;
  /** `''` for the tenant's own. */
  readonly customer: string;
  /** Version of the master key it is wrapped under. */
  readonly master: number;
  readonly wrapped: Uint8Array;
}

/** All that a key store holds, wrapped: another store that is given it opens with the same master key. */
export interface WrappedKeys {
  /** In the order in which they began. Without them nobody would know who is erased. */
  readonly erasures: readonly ErasureRecord[];
  readonly aliases: readonly AliasEntry[];
  readonly masters: readonly MasterKeyCheck[];
  /** Ordered by tenant and customer (code points). */
  readonly secrets: readonly WrappedSecret[];
}

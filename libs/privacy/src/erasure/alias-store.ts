/** That a customer goes by an alias. */
export interface AliasEntry {
  readonly tenant: string;
  /** `aliasHash`: 32 bytes. */
  readonly hash: Uint8Array;
  readonly customer: string;
}

/**
 * Which customers go by an alias, known by keyed hashes only. Kept with the keys, so that erasing a customer deletes
 * both at once.
 */
export abstract class AliasStore {
  /** Adds entries that are missing, except of erased customers; durable when this resolves. */
  abstract add(entries: readonly AliasEntry[]): Promise<void>;
  /** The customers of an alias in the order of their ids, at most `limit`. */
  abstract find(tenant: string, hash: Uint8Array, limit: number): Promise<readonly string[]>;
}

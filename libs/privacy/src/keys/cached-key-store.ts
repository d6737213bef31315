import { LedgerError, StoreFault } from '#event-sourcing';
import type { AliasStore } from '../erasure/alias-store.js';
import { ErasedFilter } from '../erasure/erased-filter.js';
import type { ErasedCustomer } from '../erasure/erased-customer.js';
import type { ErasureStore } from '../erasure/erasure-store.js';
import { type KeyOwner, KeyStore, type SealingKeys } from './customer-keys.js';
import { KeyCache, ownerName } from './key-cache.js';

/** Keys wanted; with `make` the missing ones are made. */
export interface KeyLookup {
  readonly make: boolean;
  readonly owners: readonly KeyOwner[];
}

/** In the place of keys whose stored bytes were changed, or belong to another owner. */
export const DAMAGED = 'damaged';

/** In the place of keys that were to be made for an erased customer. */
export const ERASED = 'erased';

/** An owner's keys as an engine finds them: undefined where there are none. */
export type FoundKey = SealingKeys | typeof DAMAGED | typeof ERASED | undefined;

export interface KeyCacheOptions {
  /** Customers whose keys are kept in memory. Default 50,000 (about 40 MB). */
  readonly cachedOwners?: number;
  /** Milliseconds that a key is kept in memory, at most and by default 60,000. */
  readonly cacheMillis?: number;
}

type Keys = readonly (SealingKeys | undefined)[];

interface Waiting {
  readonly lookup: KeyLookup;
  readonly resolve: (keys: Keys) => void;
  readonly reject: (error: Error) => void;
}

/** Erased customers read at a time by `followErasures`. */
const ERASED_PAGE = 1_000;

/**
 * What key stores of all engines share: the cache of keys, the batching of concurrent look-ups, and the knowledge of
 * who is erased.
 */
export abstract class CachedKeyStore extends KeyStore {
  abstract readonly erasures: ErasureStore;
  abstract readonly aliases: AliasStore;
  readonly #cache: KeyCache;
  readonly #erased = new ErasedFilter();
  #erasedTo = 0;
  #following: Promise<void> | undefined;
  #isFollowed = false;
  #waiting: Waiting[] = [];
  #flushing = false;
  #closing: Promise<void> | undefined;

  constructor({ cachedOwners = 50_000, cacheMillis = 60_000 }: KeyCacheOptions) {
    super();
    this.#cache = new KeyCache(cachedOwners, Math.min(cacheMillis, 60_000));
  }

  /**
   * Rewraps every secret under `next`, while keys are made and read. Returns how many there are. After an
   * interruption it continues when called again; until then the store opens with `next` as master key and the old one
   * as the previous.
   */
  abstract rotateMaster(next: Uint8Array): Promise<number>;

  /**
   * The keys of all owners of all look-ups, in order; those to be made are durable, in one commit, when it resolves.
   */
  protected abstract lookUp(lookups: readonly KeyLookup[]): Promise<readonly FoundKey[]>;

  /** The error for whoever asks for a damaged key. */
  protected abstract damagedKey(tenant: string): StoreFault;

  /** Answers the pending calls, then closes the engine's side. */
  protected abstract closeStore(): Promise<void>;

  override async ensure(owners: readonly KeyOwner[]): Promise<readonly SealingKeys[]> {
    return (await this.#keysOf(owners, true)) as readonly SealingKeys[];
  }

  override find(owners: readonly KeyOwner[]): Promise<Keys> {
    return this.#keysOf(owners, false);
  }

  override async erasedAmong(
    owners: readonly KeyOwner[],
    how?: { readonly fresh: true },
  ): Promise<ReadonlyMap<number, ErasedCustomer>> {
    // One that is under way may have read before now.
    if (how?.fresh) await this.#following;
    if (how?.fresh || !this.#isFollowed) await this.followErasures();
    if (this.#erased.isEmpty) return NOBODY;
    const suspects = owners.flatMap((owner, i) => (this.#erased.mayHave(owner) ? [i] : []));
    if (suspects.length === 0) return NOBODY;
    const found = await this.erasures.find(suspects.map((i) => owners[i]!));
    return new Map(suspects.flatMap((i, at) => (found[at] === undefined ? [] : [[i, found[at]]])));
  }

  /**
   * Learns who was erased since the last call, by this process or another: their keys are forgotten here. To be called
   * at intervals; a key is cached for a minute at most, whatever happens.
   */
  followErasures(): Promise<void> {
    this.#following ??= this.#follow().finally(() => (this.#following = undefined));
    return this.#following;
  }

  async #follow(): Promise<void> {
    for (let page = ERASED_PAGE; page === ERASED_PAGE;) {
      const erased = await this.erasures.after(this.#erasedTo, ERASED_PAGE);
      for (const owner of erased) this.#forget(owner);
      this.#erasedTo = erased.at(-1)?.number ?? this.#erasedTo;
      page = erased.length;
    }
    this.#isFollowed = true;
  }

  #forget(owner: KeyOwner): void {
    this.#erased.add(owner);
    this.#cache.delete(owner);
  }

  override close(): Promise<void> {
    return (this.#closing ??= this.closeStore().finally(() => this.#cache.clear()));
  }

  async #keysOf(owners: readonly KeyOwner[], make: boolean): Promise<Keys> {
    const found = owners.map((owner) => this.#cache.get(owner));
    const missing = new Map<string, KeyOwner>();
    owners.forEach((owner, i) => found[i] ?? missing.set(ownerName(owner), owner));
    if (missing.size === 0) return found;
    const names = [...missing.keys()];
    const loaded = await this.#wait({ make, owners: [...missing.values()] });
    const byName = new Map(names.map((name, i) => [name, loaded[i]]));
    return owners.map((owner, i) => found[i] ?? byName.get(ownerName(owner)));
  }

  #wait(lookup: KeyLookup): Promise<Keys> {
    if (this.#closing !== undefined)
      return Promise.reject(new StoreFault('key-store-closed', 'the key store is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lookup, resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    // Look-ups of the same tick share the first commit.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#answer(group);
    }
    this.#flushing = false;
  }

  async #answer(group: readonly Waiting[]): Promise<void> {
    try {
      const found = await this.lookUp(group.map(({ lookup }) => lookup));
      let from = 0;
      for (const waiting of group) {
        const count = waiting.lookup.owners.length;
        this.#settle(waiting, found.slice(from, from + count));
        from += count;
      }
    } catch (error) {
      for (const { reject } of group) reject(error as Error);
    }
  }

  /** A damaged key, or an erased customer, is an error for the look-ups that include it, and for no others. */
  #settle({ lookup: { owners }, resolve, reject }: Waiting, found: readonly FoundKey[]): void {
    const damaged = owners.find((_, i) => found[i] === DAMAGED);
    if (damaged !== undefined) return reject(this.damagedKey(damaged.tenant));
    const erased = owners.filter((_, i) => found[i] === ERASED);
    if (erased.length > 0) {
      for (const owner of erased) this.#forget(owner);
      return reject(new LedgerError('customer-erased', 'the customer was erased'));
    }
    // Keys that were read just before their customer was erased are not kept.
    owners.forEach(
      (owner, i) =>
        found[i] !== undefined &&
        !this.#erased.mayHave(owner) &&
        this.#cache.set(owner, found[i] as SealingKeys),
    );
    resolve(found as Keys);
  }
}

const NOBODY: ReadonlyMap<number, ErasedCustomer> = new Map();

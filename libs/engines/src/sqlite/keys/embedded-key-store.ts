import { StoreFault } from '#event-sourcing';
import {
  KeyCache,
  type KeyOwner,
  KeyStore,
  ownerName,
  PACKED_KEYS_BYTES,
  type SealingKeys,
  unpackKeys,
} from '#privacy';
import type { StoreCalls } from '../side-thread.js';
import { type FoundKeys, type KeyLookup, type KeyMethods, Present } from './key-methods.js';
import { damagedKey } from './key-table.js';

export interface KeyStoreOptions {
  /** The data folder; it must exist. The keys are in its `keys.sqlite`. */
  readonly folder: string;
  /** 32 bytes (`loadMasterKey`). */
  readonly masterKey: Uint8Array;
  /** The master key before it: needed only to open a store whose rotation was interrupted. */
  readonly previousMasterKey?: Uint8Array;
  /** Customers whose keys are kept in memory. Default 50,000 (about 40 MB). */
  readonly cachedOwners?: number;
  /** Milliseconds that a key is kept in memory, at most and by default 60,000. */
  readonly cacheMillis?: number;
}

/** Secrets rewrapped in one commit of a rotation: other requests wait no longer than that takes (some 10 ms). */
const REWRAP_CHUNK = 500;

type Keys = readonly (SealingKeys | undefined)[];

interface Waiting {
  readonly lookup: KeyLookup;
  readonly resolve: (keys: Keys) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Keys in one SQLite file, wrapped by the master key. The file is read and written in the side thread; look-ups that
 * arrive while one is under way share the next commit. Several processes may open the same folder.
 */
export class EmbeddedKeyStore extends KeyStore {
  readonly #cache: KeyCache;
  #waiting: Waiting[] = [];
  #flushing = false;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly calls: StoreCalls<KeyMethods>,
    { cachedOwners = 50_000, cacheMillis = 60_000 }: KeyStoreOptions,
  ) {
    super();
    this.#cache = new KeyCache(cachedOwners, Math.min(cacheMillis, 60_000));
  }

  override async ensure(owners: readonly KeyOwner[]): Promise<readonly SealingKeys[]> {
    return (await this.#keysOf(owners, true)) as readonly SealingKeys[];
  }

  override find(owners: readonly KeyOwner[]): Promise<Keys> {
    return this.#keysOf(owners, false);
  }

  /**
   * Rewraps every secret under `next`, while keys are made and read. Returns how many there are. Interrupted, it goes
   * on when called again; the store then opens with `next` as master key and the old one as the previous.
   */
  async rotateMaster(next: Uint8Array): Promise<number> {
    await this.calls.call('beginRotation', next);
    let total = 0;
    for (;;) {
      const rewrapped = await this.calls.call('rewrap', REWRAP_CHUNK);
      if (rewrapped === 0) break;
      total += rewrapped;
    }
    await this.calls.call('endRotation', undefined);
    return total;
  }

  /** Answers the pending calls, then closes the file. */
  override close(): Promise<void> {
    return (this.#closing ??= this.calls.close().finally(() => this.#cache.clear()));
  }

  async #keysOf(owners: readonly KeyOwner[], make: boolean): Promise<Keys> {
    const found = owners.map((owner) => this.#cache.get(owner));
    const missing = new Map<string, KeyOwner>();
    owners.forEach((owner, i) => found[i] ?? missing.set(ownerName(owner), owner));
    if (missing.size === 0) return found;
    const names = [...missing.keys()];
    const loaded = await this.#lookUp({ make, owners: [...missing.values()] });
    const byName = new Map(names.map((name, i) => [name, loaded[i]]));
    return owners.map((owner, i) => found[i] ?? byName.get(ownerName(owner)));
  }

  #lookUp(lookup: KeyLookup): Promise<Keys> {
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
      const found = await this.calls.call(
        'lookUp',
        group.map(({ lookup }) => lookup),
      );
      let from = 0;
      for (const waiting of group) {
        this.#settle(waiting, found, from);
        from += waiting.lookup.owners.length;
      }
    } catch (error) {
      for (const { reject } of group) reject(error as Error);
    }
  }

  /** A damaged key is an error for the look-ups that include it, and for no others. */
  #settle({ lookup, resolve, reject }: Waiting, found: FoundKeys, from: number): void {
    const damaged = lookup.owners.find((_, i) => found.present[from + i] === Present.damaged);
    if (damaged !== undefined) reject(damagedKey(found.file, damaged.tenant));
    else resolve(lookup.owners.map((owner, i) => this.#take(owner, found, from + i)));
  }

  #take(owner: KeyOwner, { packed, present }: FoundKeys, at: number): SealingKeys | undefined {
    if (present[at] === Present.none) return undefined;
    const keys = unpackKeys(packed, at * PACKED_KEYS_BYTES);
    this.#cache.set(owner, keys);
    return keys;
  }
}

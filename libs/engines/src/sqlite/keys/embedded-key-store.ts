import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
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
import type { KeyAnswer, KeyFault, KeyLookup, KeyRequest, KeyWorkerData } from './key-worker-messages.js';

export interface EmbeddedKeyStoreOptions {
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

/** Secrets rewrapped in one commit of a rotation: others wait no longer than that takes (some 10 ms). */
const REWRAP_CHUNK = 500;

interface Waiting {
  readonly lookup: KeyLookup;
  readonly resolve: (keys: readonly (SealingKeys | undefined)[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Keys in one SQLite file, wrapped by the master key. The file is read, written and synced in a thread of its own;
 * what arrives while that thread is busy goes together in one commit. Several processes may open the same folder.
 */
export class EmbeddedKeyStore extends KeyStore {
  readonly #worker: Worker;
  readonly #cache: KeyCache;
  #waiting: Waiting[] = [];
  /** Resolves when the request under way is answered. Requests form one chain. */
  #turn: Promise<unknown> = Promise.resolve();
  #flushing = false;
  #closed = false;
  #dead = false;

  private constructor(worker: Worker, cache: KeyCache) {
    super();
    this.#worker = worker;
    this.#cache = cache;
    worker.once('exit', () => (this.#dead = true));
    // A thread that dies while nothing is asked of it must not take the process along: the next request says so.
    worker.on('error', () => undefined);
  }

  /** Throws StoreFault: `master-key-mismatch`, `key-store-damaged`, `key-store-unwritable` and the like. */
  static async open(options: EmbeddedKeyStoreOptions): Promise<EmbeddedKeyStore> {
    const { folder, masterKey, previousMasterKey, cachedOwners = 50_000, cacheMillis = 60_000 } = options;
    const masterKeys = previousMasterKey === undefined ? [masterKey] : [masterKey, previousMasterKey];
    const workerData: KeyWorkerData = { file: join(folder, 'keys.sqlite'), masterKeys };
    const worker = new Worker(new URL('./key-worker.js', import.meta.url), { workerData });
    try {
      await answered(worker);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    return new EmbeddedKeyStore(worker, new KeyCache(cachedOwners, Math.min(cacheMillis, 60_000)));
  }

  override async ensure(owners: readonly KeyOwner[]): Promise<readonly SealingKeys[]> {
    return (await this.#keysOf(owners, true)) as readonly SealingKeys[];
  }

  override find(owners: readonly KeyOwner[]): Promise<readonly (SealingKeys | undefined)[]> {
    return this.#keysOf(owners, false);
  }

  /**
   * Wraps every secret anew under `next`, while keys are made and read. Returns how many there are. Interrupted, it goes
   * on when called again; the store then opens with `next` as master key and the old one as the previous.
   */
  async rotateMaster(next: Uint8Array): Promise<number> {
    await this.#request({ kind: 'begin-rotation', masterKey: next });
    let total = 0;
    for (;;) {
      const { rewrapped = 0 } = await this.#request({ kind: 'rewrap', limit: REWRAP_CHUNK });
      if (rewrapped === 0) break;
      total += rewrapped;
    }
    await this.#request({ kind: 'end-rotation' });
    return total;
  }

  override async close(): Promise<void> {
    if (this.#closed) return;
    const closing = this.#dead ? undefined : this.#request({ kind: 'close' });
    this.#closed = true;
    await closing;
    await this.#worker.terminate();
    this.#cache.clear();
  }

  async #keysOf(owners: readonly KeyOwner[], make: boolean): Promise<readonly (SealingKeys | undefined)[]> {
    const found = owners.map((owner) => this.#cache.get(owner));
    const missing = new Map<string, KeyOwner>();
    owners.forEach((owner, i) => found[i] ?? missing.set(ownerName(owner), owner));
    if (missing.size === 0) return found;
    const names = [...missing.keys()];
    const loaded = await this.#lookUp({ make, owners: [...missing.values()] });
    const byName = new Map(names.map((name, i) => [name, loaded[i]]));
    return owners.map((owner, i) => found[i] ?? byName.get(ownerName(owner)));
  }

  /** Waits its turn; whatever is waiting when the thread is free goes in one message. */
  #lookUp(lookup: KeyLookup): Promise<readonly (SealingKeys | undefined)[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lookup, resolve, reject });
      if (this.#flushing) return;
      this.#flushing = true;
      void this.#turn.then(() => this.#flush());
    });
  }

  async #flush(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    this.#flushing = false;
    try {
      const answer = await this.#request({ kind: 'look-up', lookups: group.map(({ lookup }) => lookup) });
      let at = 0;
      for (const { lookup, resolve } of group) {
        resolve(lookup.owners.map((owner) => this.#take(owner, answer, at++)));
      }
    } catch (error) {
      for (const { reject } of group) reject(error as Error);
    }
  }

  #take(owner: KeyOwner, { packed, present }: KeyAnswer, at: number): SealingKeys | undefined {
    if (present![at] === 0) return undefined;
    const keys = unpackKeys(packed!, at * PACKED_KEYS_BYTES);
    this.#cache.set(owner, keys);
    return keys;
  }

  #request(request: KeyRequest): Promise<KeyAnswer> {
    if (this.#closed) return Promise.reject(new StoreFault('key-store-closed', 'the key store is closed'));
    if (this.#dead) return Promise.reject(new StoreFault('key-store-failed', THREAD_ENDED));
    const asked = this.#turn.then(() => {
      const answer = answered(this.#worker);
      this.#worker.postMessage(request);
      return answer;
    });
    this.#turn = asked.catch(() => undefined);
    return asked;
  }
}

const THREAD_ENDED = "the key store's thread has ended: start the server again";

/** The thread's next answer; throws what it says went wrong, or that it died. */
function answered(worker: Worker): Promise<KeyAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage).off('error', onDeath).off('exit', onDeath);
      act();
    };
    const onMessage = (message: KeyAnswer | { readonly fault: KeyFault }) =>
      settle(() => ('fault' in message ? reject(storeFault(message.fault)) : resolve(message)));
    const onDeath = (cause: unknown) =>
      settle(() =>
        reject(new StoreFault('key-store-failed', `the key store's thread ended: ${String(cause)}`)),
      );
    worker.on('message', onMessage).on('error', onDeath).on('exit', onDeath);
  });
}

function storeFault({ code, message, details }: KeyFault): StoreFault {
  return new StoreFault(code, message, details);
}

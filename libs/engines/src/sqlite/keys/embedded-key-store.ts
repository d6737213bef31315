import { join } from 'node:path';
import {
  CachedKeyStore,
  DAMAGED,
  ERASED,
  type FoundKey,
  type KeyCacheOptions,
  type KeyLookup,
  PACKED_KEYS_BYTES,
  unpackKeys,
} from '#privacy';
import type { StoreCalls } from '../side-thread.js';
import { EmbeddedAliasStore, EmbeddedErasureStore } from './embedded-erasure-store.js';
import { type KeyMethods, Present } from './key-methods.js';
import { damagedKey } from './key-table.js';

export interface KeyStoreOptions extends KeyCacheOptions {
  /** The data folder; it must exist. The keys are in its `keys.sqlite`. */
  readonly folder: string;
  /** 32 bytes (`loadMasterKey`). */
  readonly masterKey: Uint8Array;
  /** The master key before it: needed only to open a store whose rotation was interrupted. */
  readonly previousMasterKey?: Uint8Array;
}

/** Secrets rewrapped in one commit of a rotation: other requests wait no longer than that takes (some 10 ms). */
const REWRAP_CHUNK = 500;

/**
 * Keys in one SQLite file, wrapped by the master key. The file is read and written in the side thread. Several processes
 * may open the same folder.
 */
export class EmbeddedKeyStore extends CachedKeyStore {
  override readonly erasures: EmbeddedErasureStore;
  override readonly aliases: EmbeddedAliasStore;

  /** `masterKeys`: those by which the side thread opens the file, also when it is started again; kept up here. */
  constructor(
    private readonly calls: StoreCalls<KeyMethods>,
    private readonly options: KeyStoreOptions,
    private readonly masterKeys: Uint8Array[],
  ) {
    super(options);
    this.erasures = new EmbeddedErasureStore(calls);
    this.aliases = new EmbeddedAliasStore(calls);
  }

  override async rotateMaster(next: Uint8Array): Promise<number> {
    this.masterKeys.unshift(next);
    await this.calls.call('beginRotation', next);
    let total = 0;
    for (;;) {
      const rewrapped = await this.calls.call('rewrap', REWRAP_CHUNK);
      if (rewrapped === 0) break;
      total += rewrapped;
    }
    await this.calls.call('endRotation', undefined);
    this.masterKeys.splice(1);
    return total;
  }

  protected override async lookUp(lookups: readonly KeyLookup[]): Promise<readonly FoundKey[]> {
    const { packed, present } = await this.calls.call('lookUp', lookups);
    return Array.from(present, (presence, at) => {
      if (presence === Present.none) return undefined;
      if (presence === Present.erased) return ERASED;
      return presence === Present.damaged ? DAMAGED : unpackKeys(packed, at * PACKED_KEYS_BYTES);
    });
  }

  protected override damagedKey(tenant: string) {
    return damagedKey(join(this.options.folder, 'keys.sqlite'), tenant);
  }

  protected override closeStore(): Promise<void> {
    return this.calls.close();
  }
}

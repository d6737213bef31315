import { join } from 'node:path';
import {
  type AliasStore,
  CachedKeyStore,
  type ErasureStore,
  type FoundKey,
  type KeyCacheOptions,
  type KeyLookup,
} from '#privacy';
import type { Remote, SideThread } from '../side-thread.js';
import { AliasTable } from './alias-table.js';
import { ErasureTable } from './erasure-table.js';
import { unpackFound } from './found-keys.js';
import { damagedKey, KeyTable } from './key-table.js';

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
  override readonly erasures: ErasureStore;
  override readonly aliases: AliasStore;
  private readonly keys: Remote<KeyTable>;

  /** `masterKeys`: those by which the side thread opens the file, also when it is started again; kept up here. */
  constructor(
    private readonly thread: SideThread,
    private readonly options: KeyStoreOptions,
    private readonly masterKeys: Uint8Array[],
  ) {
    super(options);
    this.erasures = thread.table('keys', ErasureTable);
    this.aliases = thread.table('keys', AliasTable);
    this.keys = thread.table('keys', KeyTable);
  }

  override async rotateMaster(next: Uint8Array): Promise<number> {
    this.masterKeys.unshift(next);
    await this.keys.beginRotation(next);
    let total = 0;
    for (;;) {
      const rewrapped = await this.keys.rewrap(REWRAP_CHUNK);
      if (rewrapped === 0) break;
      total += rewrapped;
    }
    await this.keys.endRotation();
    this.masterKeys.splice(1);
    return total;
  }

  protected override async lookUp(lookups: readonly KeyLookup[]): Promise<readonly FoundKey[]> {
    return unpackFound(await this.keys.lookUp(lookups));
  }

  protected override damagedKey(tenant: string) {
    return damagedKey(join(this.options.folder, 'keys.sqlite'), tenant);
  }

  protected override closeStore(): Promise<void> {
    return this.thread.close('keys');
  }
}

import {
  CachedKeyStore,
  DAMAGED,
  ERASED,
  type FoundKey,
  type KeyCacheOptions,
  type KeyLookup,
  keyDigest,
  sealingKeysOf,
} from '#privacy';
import type { Database } from '../database.js';
import { PostgresAliasStore } from './postgres-alias-store.js';
import { PostgresErasureStore } from './postgres-erasure-store.js';
import { damagedKey, SecretRows } from './secret-rows.js';

export interface PostgresKeyStoreOptions extends KeyCacheOptions {
  /** 32 bytes (`loadMasterKey`). */
  readonly masterKey: Uint8Array;
  /** The master key before it: needed only to open a store whose rotation was interrupted. */
  readonly previousMasterKey?: Uint8Array;
}

/** Secrets rewrapped in one commit of a rotation. */
const REWRAP_CHUNK = 500;

/** Keys in PostgreSQL, wrapped by the master key. Any number of processes may use one database. */
export class PostgresKeyStore extends CachedKeyStore {
  override readonly erasures: PostgresErasureStore;
  override readonly aliases: PostgresAliasStore;

  private constructor(
    private readonly database: Database,
    private readonly secrets: SecretRows,
    options: PostgresKeyStoreOptions,
  ) {
    super(options);
    this.erasures = new PostgresErasureStore(database, async (owners) =>
      (await secrets.stored(owners)).map((secret) =>
        secret instanceof Uint8Array ? keyDigest(secret) : null,
      ),
    );
    this.aliases = new PostgresAliasStore(database);
  }

  /** Throws StoreFault `master-key-mismatch` where the keys were wrapped by another master key. */
  static async open(database: Database, options: PostgresKeyStoreOptions): Promise<PostgresKeyStore> {
    const { masterKey, previousMasterKey } = options;
    const masterKeys = previousMasterKey === undefined ? [masterKey] : [masterKey, previousMasterKey];
    return new PostgresKeyStore(database, await SecretRows.open(database, masterKeys), options);
  }

  override async rotateMaster(next: Uint8Array): Promise<number> {
    await this.secrets.beginRotation(next);
    let total = 0;
    for (let after = { tenant: '' }; ;) {
      const { count, last } = await this.secrets.rewrap(after, REWRAP_CHUNK);
      if (count === 0) break;
      total += count;
      after = last;
    }
    await this.secrets.endRotation();
    return total;
  }

  protected override async lookUp(lookups: readonly KeyLookup[]): Promise<readonly FoundKey[]> {
    const ownersOf = (make: boolean) => lookups.flatMap((one) => (one.make === make ? one.owners : []));
    const made = await this.secrets.ensure(ownersOf(true));
    const found = await this.secrets.find(ownersOf(false));
    let [nextMade, nextFound] = [0, 0];
    return lookups.flatMap(({ make, owners }) =>
      owners.map(() => {
        const secret = make ? made[nextMade++] : found[nextFound++];
        return secret === undefined || secret === DAMAGED || secret === ERASED
          ? secret
          : sealingKeysOf(secret);
      }),
    );
  }

  protected override damagedKey(tenant: string) {
    return damagedKey(tenant);
  }

  protected override closeStore(): Promise<void> {
    return this.database.close();
  }
}

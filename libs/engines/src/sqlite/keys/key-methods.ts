import {
  type AliasEntry,
  DAMAGED,
  type DeletedCopies,
  ERASED,
  type ErasureOrder,
  type ErasuresQuery,
  type KeyLookup,
  type KeyOwner,
  packKeys,
  PACKED_KEYS_BYTES,
} from '#privacy';
import { Transferring } from '#threads';
import { AliasTable } from './alias-table.js';
import { ErasureTable } from './erasure-table.js';
import { KeyTable, type Secret } from './key-table.js';

/** How the side thread opens the key store. */
export interface KeyFile {
  readonly file: string;
  /** The current one, then one that an interrupted rotation was leaving. */
  readonly masterKeys: readonly Uint8Array[];
}

/** The keys of all owners asked for, in order. */
export interface FoundKeys {
  /** Packed one behind another (`packKeys`). */
  readonly packed: Uint8Array;
  /** `Present` of each owner. */
  readonly present: Uint8Array;
}

/** Whether an owner has keys, as a byte. */
export const Present = { none: 0, keys: 1, damaged: 2, erased: 3 } as const;

/** What the side thread answers about keys. */
export type KeyMethods = ReturnType<typeof keyMethods>;

export function keyMethods({ file, masterKeys }: KeyFile) {
  const table = new KeyTable(file, masterKeys);
  const aliases = new AliasTable(table.database);
  const erasures = new ErasureTable(table.database, table, aliases);
  return {
    lookUp: (lookups: readonly KeyLookup[]) => lookUp(table, lookups),
    beginRotation: (masterKey: Uint8Array) => table.beginRotation(masterKey),
    rewrap: (limit: number) => table.rewrap(limit),
    endRotation: (_: undefined) => table.endRotation(),
    fence: ({ order, customers }: { order: ErasureOrder; customers: readonly string[] }) =>
      erasures.fence(order, customers),
    destroy: ({ id, at }: { id: string; at: number }) => erasures.destroy(id, at),
    finish: ({ id, at, copies }: { id: string; at: number; copies: DeletedCopies }) =>
      erasures.finish(id, at, copies),
    erasure: ({ tenant, id }: { tenant: string; id: string }) => erasures.get(tenant, id),
    erasures: (about: ErasuresQuery) => erasures.list(about),
    unfinished: (limit: number) => erasures.unfinished(limit),
    searchedTo: (log: string) => erasures.searchedTo(log),
    noteSearched: ({ log, position }: { log: string; position: string }) =>
      erasures.noteSearched(log, position),
    erasedOf: (owners: readonly KeyOwner[]) => erasures.find(owners),
    erasedAfter: ({ number, limit }: { number: number; limit: number }) => erasures.after(number, limit),
    addAliases: (entries: readonly AliasEntry[]) => aliases.add(entries),
    findAlias: ({ tenant, hash, limit }: { tenant: string; hash: Uint8Array; limit: number }) =>
      aliases.find(tenant, hash, limit),
    close: (_: undefined) => table.close(),
  };
}

/** Makes all missing keys of all look-ups in one commit. */
function lookUp(table: KeyTable, lookups: readonly KeyLookup[]): Transferring<FoundKeys> {
  const made = table.ensure(lookups.flatMap(({ make, owners }) => (make ? owners : [])));
  const found = table.find(lookups.flatMap(({ make, owners }) => (make ? [] : owners)));
  let [nextMade, nextFound] = [0, 0];
  const secrets = lookups.flatMap(({ make, owners }) =>
    owners.map(() => (make ? made[nextMade++] : found[nextFound++])),
  );
  const packed = new Uint8Array(secrets.length * PACKED_KEYS_BYTES);
  secrets.forEach((secret, i) => {
    if (secret instanceof Uint8Array) packKeys(secret, packed, i * PACKED_KEYS_BYTES);
  });
  const present = Uint8Array.from(secrets, presence);
  return new Transferring({ packed, present }, [packed.buffer, present.buffer]);
}

function presence(secret: Secret | undefined): number {
  if (secret === undefined) return Present.none;
  if (secret === ERASED) return Present.erased;
  return secret === DAMAGED ? Present.damaged : Present.keys;
}

import { type Position, StoreFault } from '#event-sourcing';
import type { Tile } from '#ledger';
import type { AccessKeys, AccessLookup, FoundAccesses, IndexedAccesses } from './access-index.js';

/** How far a tree has come. */
export interface TreeProgress {
  /** The log that it is of; another one's tree begins anew. */
  readonly origin: string;
  /** Number of entries in it. */
  readonly size: number;
  /** Position of its last entry. */
  readonly position: Position;
}

/** A tile to be kept, whole or as far as it goes; one of level 0 with the position before its first entry. */
export interface KeptTile extends Tile {
  readonly after?: Position;
}

/** What a step of growing writes, all or nothing. */
export interface TreeChange {
  /** The size that the step began from: must be the stored one, so that two writers cannot grow one tree. */
  readonly from: number;
  readonly progress: TreeProgress;
  readonly tiles: readonly KeptTile[];
  /** Of the events among them that record accesses. */
  readonly accesses: readonly AccessKeys[];
  /** The signed note of the tree as it is then. */
  readonly checkpoint: string;
  /** Its day (UTC), as `2026-11-25`: the last checkpoint of each day is kept. */
  readonly day: string;
}

/** A stored checkpoint that was the last of its day. */
export interface KeptCheckpoint {
  readonly day: string;
  readonly note: string;
}

/**
 * Where a log's tree is kept, with the index of recorded accesses. All of it but the signed checkpoints can be derived from
 * the log again. Throws StoreFault.
 */
export abstract class TreeStore {
  /** Undefined before anything was stored. */
  abstract progress(): Promise<TreeProgress | undefined>;
  /** The hashes of a tile, as many as there are; empty when there is none. */
  abstract tile(level: number, index: number): Promise<Uint8Array>;
  /** The position behind which the entries of a tile of level 0 begin; undefined when there is no such tile. */
  abstract positionBefore(index: number): Promise<Position | undefined>;
  /** The newest checkpoint. */
  abstract checkpoint(): Promise<string | undefined>;
  /** The last checkpoint of each day, the newest first; those of former logs too. */
  abstract checkpoints(limit: number): Promise<readonly KeptCheckpoint[]>;
  /** Which of a tenant's recorded accesses the index covers; undefined: none. */
  abstract indexedAccesses(tenant: string): Promise<IndexedAccesses | undefined>;
  /** Looks accesses up among those that the index covers; undefined where it does not cover `from` (any more). */
  abstract findAccesses(lookup: AccessLookup): Promise<FoundAccesses | undefined>;
  /** The last event with accesses of a tenant that were recorded late and began at this time (ms) or before; -1: none. */
  abstract lastLateAccess(tenant: string, time: number): Promise<number>;
  /** Drops tiles and index and begins the tree of a log; checkpoints remain. */
  abstract begin(origin: string): Promise<void>;
  /** Throws StoreFault `tree-fenced` when the stored size is not the one that the change begins from. */
  abstract extend(change: TreeChange): Promise<void>;
  abstract close(): Promise<void>;
}

/** Another process has grown the tree meanwhile. */
export function fenced(): StoreFault {
  return new StoreFault('tree-fenced', 'another process grows this tree: run one server over a data folder');
}

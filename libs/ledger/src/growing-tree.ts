import { EMPTY_ROOT, HASH_BYTES, nodeHash, subtreeRoot } from './tree-hash.js';
import { entriesUnder, lastTile, TILE_LEVELS, TILE_WIDTH } from './tile-path.js';

/** A tile as it is now: its hashes one after another, 256 of them when it is whole. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

/** A tree at its right edge: all that is needed to append to it and to know its root. Holds one tile a level at most. */
export class GrowingTree {
  /** Of each level, the hashes that do not fill a tile yet. */
  private readonly edges: Uint8Array[] = [];
  private readonly whole: Tile[] = [];

  /** `edge(level)` gives the last tile of a level, for a tree that has entries already. */
  constructor(
    private entries = 0,
    edge: (level: number, index: number) => Uint8Array = () => new Uint8Array(),
  ) {
    for (let level = 0; level < TILE_LEVELS; level++) {
      const tile = new Uint8Array(TILE_WIDTH * HASH_BYTES);
      this.edges.push(tile);
      const last = lastTile(level, entries);
      if (last === undefined || last.width === TILE_WIDTH) continue;
      tile.set(edge(level, last.index).subarray(0, last.width * HASH_BYTES));
    }
  }

  /** Number of entries. */
  get size(): number {
    return this.entries;
  }

  /** Appends an entry's leaf hash. */
  append(leaf: Uint8Array): void {
    this.put(0, leaf);
    this.entries++;
  }

  /** The root over all entries (RFC 6962, 2.1). */
  root(): Uint8Array {
    // From the right edge, where the subtrees are smallest, to the left.
    const subtrees = this.edges.flatMap((tile, level) => subtreesOf(tile, this.widthAt(level)).reverse());
    return subtrees.length === 0 ? EMPTY_ROOT : subtrees.reduce((right, left) => nodeHash(left, right));
  }

  /** The tiles that were made or extended since it was asked last. */
  takeChanges(): Tile[] {
    const partial = this.edges.flatMap((tile, level) => {
      const width = this.widthAt(level);
      const index = Math.floor(this.entries / entriesUnder(level + 1));
      return width === 0 ? [] : [{ level, index, hashes: tile.slice(0, width * HASH_BYTES) }];
    });
    return [...this.whole.splice(0), ...partial];
  }

  private put(level: number, hash: Uint8Array): void {
    const tile = this.edges[level]!;
    const width = this.widthAt(level);
    tile.set(hash, width * HASH_BYTES);
    if (width + 1 < TILE_WIDTH) return;
    const index = Math.floor(this.entries / entriesUnder(level + 1));
    this.whole.push({ level, index, hashes: tile.slice() });
    this.put(level + 1, subtreeRoot(tile));
  }

  /** Hashes of a level that do not fill a tile. */
  private widthAt(level: number): number {
    return Math.floor(this.entries / entriesUnder(level)) % TILE_WIDTH;
  }
}

/** The roots of the largest whole subtrees over a tile's first hashes, the largest first. */
function subtreesOf(tile: Uint8Array, width: number): Uint8Array[] {
  const roots: Uint8Array[] = [];
  for (let from = 0, half = TILE_WIDTH / 2; half >= 1; half /= 2) {
    if ((width & half) === 0) continue;
    roots.push(subtreeRoot(tile.subarray(from * HASH_BYTES, (from + half) * HASH_BYTES)));
    from += half;
  }
  return roots;
}

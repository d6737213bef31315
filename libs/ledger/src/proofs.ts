import { InvalidInput } from '#event-sourcing';
import { EMPTY_ROOT, hashAt, nodeHash } from './tree-hash.js';
import { entriesUnder, TILE_WIDTH } from './tile-path.js';

/** Gives the hashes of tiles: as many as it has, which may be more than the tree that is asked about had. */
export type ReadTile = (level: number, index: number) => Promise<Uint8Array>;

/** Levels of the binary tree within one level of tiles. */
const TILE_HEIGHT = Math.log2(TILE_WIDTH);

/**
 * What proves that an entry stands in the tree of `size` entries: the hashes beside its way to the root, from the leaf up
 * (RFC 9162, 2.1.3). Throws InvalidInput where there is no such entry.
 */
export async function inclusionProof(entry: number, size: number, read: ReadTile): Promise<Uint8Array[]> {
  return inclusionIn(new StoredTree(read), entry, size);
}

/**
 * The proofs of several entries of one tree. Of ascending entries each tile is read and hashed once, however many of
 * them it holds.
 */
export async function inclusionProofs(
  entries: readonly number[],
  size: number,
  read: ReadTile,
): Promise<Uint8Array[][]> {
  const tree = new StoredTree(read);
  const proofs: Uint8Array[][] = [];
  for (const entry of entries) proofs.push(await inclusionIn(tree, entry, size));
  return proofs;
}

async function inclusionIn(tree: StoredTree, entry: number, size: number): Promise<Uint8Array[]> {
  if (entry >= size)
    throw proofRangeError('/entry', `must be less than the tree's size: it has the entries 0 to ${size - 1}`);
  const proof: Uint8Array[] = [];
  for (let from = 0, to = size; to - from > 1;) {
    const middle = from + largestPowerBelow(to - from);
    const left = entry < middle;
    proof.unshift(await (left ? tree.root(middle, to) : tree.root(from, middle)));
    if (left) to = middle;
    else from = middle;
  }
  return proof;
}

/**
 * What proves that the tree of `to` entries begins with the tree of `from` entries, unchanged (RFC 9162, 2.1.4).
 * Empty where both have the same size, or `from` is 0. Throws InvalidInput where `from` is beyond `to`.
 */
export async function consistencyProof(from: number, to: number, read: ReadTile): Promise<Uint8Array[]> {
  if (from > to) throw proofRangeError('/from', `must not be greater than \`to\` (${to})`);
  if (from === 0 || from === to) return [];
  const tree = new StoredTree(read);
  const proof: Uint8Array[] = [];
  let [start, end] = [0, to];
  while (from < end) {
    const middle = start + largestPowerBelow(end - start);
    if (from <= middle) {
      proof.unshift(await tree.root(middle, end));
      end = middle;
    } else {
      proof.unshift(await tree.root(start, middle));
      start = middle;
    }
  }
  // The old tree itself is known to whoever asks, unless it is cut into subtrees.
  return start === 0 ? proof : [await tree.root(start, end), ...proof];
}

/** The root of the first `size` entries. */
export function rootOf(size: number, read: ReadTile): Promise<Uint8Array> {
  return size === 0 ? Promise.resolve(EMPTY_ROOT) : new StoredTree(read).root(0, size);
}

/** Tiles that are kept while proofs are made: those on the way to the entry before, and some beside it. */
const KEPT_TILES = 32;

/** Hashes of a stored tree; a tile that is needed again is neither read nor hashed again. */
class StoredTree {
  private readonly tiles = new Map<string, Promise<TileTree>>();

  constructor(private readonly read: ReadTile) {}

  /** The root over the entries from `from` up to `to`, exclusive; `from` is where a subtree of that size may begin. */
  async root(from: number, to: number): Promise<Uint8Array> {
    const size = to - from;
    const half = largestPowerBelow(size);
    if (size === 1 || half * 2 === size) return this.subtree(from, size);
    return nodeHash(await this.subtree(from, half), await this.root(from + half, to));
  }

  /** The root over a whole subtree: its size is a power of two. */
  private async subtree(from: number, size: number): Promise<Uint8Array> {
    const level = Math.floor(Math.log2(size) / TILE_HEIGHT);
    const first = from / entriesUnder(level);
    const count = size / entriesUnder(level);
    const tile = await this.tile(level, Math.floor(first / TILE_WIDTH));
    return tile.root(first % TILE_WIDTH, count);
  }

  private tile(level: number, index: number): Promise<TileTree> {
    const key = `${level}/${index}`;
    const tile = this.tiles.get(key) ?? this.read(level, index).then((hashes) => new TileTree(hashes));
    // Put at the end: the first one is the one that was not used for longest.
    this.tiles.delete(key);
    this.tiles.set(key, tile);
    if (this.tiles.size > KEPT_TILES) this.tiles.delete(this.tiles.keys().next().value!);
    return tile;
  }
}

/** The subtrees over the hashes of a tile, each hashed once. */
class TileTree {
  private readonly roots = new Map<number, Uint8Array>();

  constructor(private readonly hashes: Uint8Array) {}

  /** The root over `count` hashes from `first` on; `count` is a power of two, and `first` a multiple of it. */
  root(first: number, count: number): Uint8Array {
    if (count === 1) return hashAt(this.hashes, first);
    const key = first * 2 * TILE_WIDTH + count;
    let root = this.roots.get(key);
    if (root === undefined) {
      const half = count / 2;
      root = nodeHash(this.root(first, half), this.root(first + half, half));
      this.roots.set(key, root);
    }
    return root;
  }
}

/** The largest power of two that is less than `size`, at least 1. */
function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** A place that the tree does not have: `invalid-proof-range`, naming the parameter and the fix. */
export function proofRangeError(pointer: string, detail: string): InvalidInput {
  return new InvalidInput('invalid-proof-range', `${pointer.slice(1)} ${detail}`, [{ pointer, detail }]);
}

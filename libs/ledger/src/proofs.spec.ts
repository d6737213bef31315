import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { GrowingTree } from './growing-tree.js';
import { consistencyProof, inclusionProof, inclusionProofs, rootOf } from './proofs.js';
import { leafHash } from './tree-hash.js';
import { provesConsistency, provesInclusion } from '../../../test/kit/verify-proofs.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const entryOf = (i: number) => Buffer.from(`entry ${i}`);

/** The definition of RFC 6962, 2.1, word for word, over the entries themselves. */
function definedRoot(entries: readonly Uint8Array[]): Buffer {
  const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  if (entries.length === 0) return sha();
  if (entries.length === 1) return sha(Buffer.of(0), entries[0]!);
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha(Buffer.of(1), definedRoot(entries.slice(0, k)), definedRoot(entries.slice(k)));
}

/** A tree of so many entries, its tiles kept as a store would. */
function grown(size: number, pauses: ReadonlySet<number> = new Set()) {
  const tiles = new Map<string, Uint8Array>();
  let tree = new GrowingTree();
  const keep = () => {
    for (const { level, index, hashes } of tree.takeChanges()) tiles.set(`${level}/${index}`, hashes);
  };
  for (let i = 0; i < size; i++) {
    tree.append(leafHash(entryOf(i)));
    if (!pauses.has(i)) continue;
    // As after a restart: only what was stored is there.
    keep();
    tree = new GrowingTree(tree.size, (level, index) => tiles.get(`${level}/${index}`)!);
  }
  keep();
  return { tree, read: (level: number, index: number) => Promise.resolve(tiles.get(`${level}/${index}`)!) };
}

describe('a Merkle tree in tiles', () => {
  it('has the roots of the test vectors of Certificate Transparency', () => {
    const inputs = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const tree = new GrowingTree();
    const roots = inputs.map((input) => {
      tree.append(leafHash(Buffer.from(input, 'hex')));
      return hex(tree.root());
    });
    expect(roots).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
    expect(hex(new GrowingTree().root())).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('has the defined root at any size, whatever was stored and loaded on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1200 }),
        fc.uniqueArray(fc.nat(1200), { maxLength: 8 }),
        fc.nat(1200),
        async (size, pauses, earlier) => {
          const { tree, read } = grown(size, new Set(pauses));
          const entries = Array.from({ length: size }, (_, i) => entryOf(i));
          expect(hex(tree.root())).toBe(hex(definedRoot(entries)));
          const before = Math.min(earlier, size);
          expect(hex(await rootOf(before, read))).toBe(hex(definedRoot(entries.slice(0, before))));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('spans three levels of tiles', async () => {
    const size = 256 * 256 + 256 + 3;
    const { tree, read } = grown(size, new Set([255, 65_535]));
    expect(hex(tree.root())).toBe(hex(definedRoot(Array.from({ length: size }, (_, i) => entryOf(i)))));
    const head = { size, root: tree.root() };
    for (const entry of [0, 255, 256, 65_535, 65_536, size - 1]) {
      const proof = await inclusionProof(entry, size, read);
      expect(provesInclusion(leafHash(entryOf(entry)), entry, head, proof)).toBe(true);
    }
    for (const from of [1, 256, 257, 65_535, 65_536, size - 1]) {
      const proof = await consistencyProof(from, size, read);
      expect(provesConsistency({ size: from, root: await rootOf(from, read) }, head, proof)).toBe(true);
    }
  });
});

describe('proofs', () => {
  const SIZE = 75;
  const { read } = grown(SIZE);
  const headOf = async (size: number) => ({ size, root: await rootOf(size, read) });

  it('prove every entry in every tree, and no other entry, tree or place', async () => {
    for (let size = 1; size <= SIZE; size++) {
      const head = await headOf(size);
      for (let entry = 0; entry < size; entry++) {
        const proof = await inclusionProof(entry, size, read);
        const leaf = leafHash(entryOf(entry));
        expect(provesInclusion(leaf, entry, head, proof)).toBe(true);
        expect(provesInclusion(leafHash(entryOf(entry + 1)), entry, head, proof)).toBe(false);
        if (size > 1) expect(provesInclusion(leaf, entry ^ 1, head, proof)).toBe(false);
        expect(provesInclusion(leaf, entry, head, [...proof, leaf])).toBe(false);
        expect(provesInclusion(leaf, entry, { ...head, root: leafHash(Buffer.of(1)) }, proof)).toBe(false);
      }
    }
  });

  it('13.5: of several entries are those of each by itself, and each tile is read once for ascending ones', async () => {
    const size = 3_000;
    const { read } = grown(size);
    const entries = Array.from({ length: 300 }, (_, i) => i * 10);
    let reads = 0;
    const counted = (level: number, index: number) => (reads++, read(level, index));
    const proofs = await inclusionProofs(entries, size - 7, counted);
    for (const [i, entry] of entries.entries())
      if (i % 13 === 0) expect(proofs[i]).toEqual(await inclusionProof(entry, size - 7, read));
    // Twelve tiles of leaves, one above them.
    expect(reads).toBe(13);
  });

  it('prove that each tree continues each earlier one, and no other', async () => {
    for (let to = 0; to <= SIZE; to++) {
      const later = await headOf(to);
      for (let from = 0; from <= to; from++) {
        const earlier = await headOf(from);
        const proof = await consistencyProof(from, to, read);
        expect(provesConsistency(earlier, later, proof)).toBe(true);
        const other = { size: from, root: leafHash(Buffer.of(1)) };
        expect(provesConsistency(other, later, proof)).toBe(false);
        expect(provesConsistency(earlier, later, [...proof, later.root])).toBe(false);
      }
    }
  });

  it('show a fork: two trees with one beginning', async () => {
    const tree = new GrowingTree();
    for (let i = 0; i < 50; i++) tree.append(leafHash(i < 40 ? entryOf(i) : Buffer.from(`other ${i}`)));
    const fork = { size: 50, root: tree.root() };
    const proof = await consistencyProof(50, SIZE, read);
    expect(provesConsistency(fork, await headOf(SIZE), proof)).toBe(false);
    expect(
      provesConsistency(await headOf(40), await headOf(SIZE), await consistencyProof(40, SIZE, read)),
    ).toBe(true);
  });

  it('refuse an entry beyond the tree, and a tree that is larger than the later one', async () => {
    await expect(inclusionProof(7, 7, read)).rejects.toMatchObject({
      code: 'invalid-proof-range',
      faults: [{ pointer: '/entry' }],
    });
    await expect(consistencyProof(8, 7, read)).rejects.toMatchObject({ faults: [{ pointer: '/from' }] });
  });
});

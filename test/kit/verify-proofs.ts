import { EMPTY_ROOT, nodeHash, type TreeHead } from '#ledger';

/** Whether a leaf hash is the entry of a tree with this root (RFC 9162, 2.1.3.2). */
export function provesInclusion(
  leaf: Uint8Array,
  entry: number,
  { size, root }: TreeHead,
  proof: readonly Uint8Array[],
): boolean {
  if (entry >= size) return false;
  let [node, last, hash] = [entry, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(hash, root);
}

/** Whether the later tree begins with the earlier one, unchanged (RFC 9162, 2.1.4.2). */
export function provesConsistency(earlier: TreeHead, later: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (earlier.size > later.size) return false;
  if (earlier.size === 0) return proof.length === 0 && equal(earlier.root, EMPTY_ROOT);
  if (earlier.size === later.size) return proof.length === 0 && equal(earlier.root, later.root);
  // A tree whose size is a power of two is a subtree of the later one: its root is not in the proof.
  const [first, ...rest] = Number.isInteger(Math.log2(earlier.size)) ? [earlier.root, ...proof] : proof;
  if (first === undefined) return false;
  let [node, last] = [earlier.size - 1, later.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [early, late] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      [early, late] = [nodeHash(hash, early), nodeHash(hash, late)];
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)];
    } else late = nodeHash(late, hash);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(early, earlier.root) && equal(late, later.root);
}

function half(number: number): number {
  return Math.floor(number / 2);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

import type { KeyOwner } from '../keys/customer-keys.js';
import { ownerName } from '../keys/key-cache.js';

/**
 * Tells quickly that a customer is not erased: a set of 32-bit hashes of the erased ones (some 40 bytes each). It is
 * wrong about one in 40,000 where 100,000 are erased, so a hit is looked up in the store.
 */
export class ErasedFilter {
  readonly #hashes = new Set<number>();

  get isEmpty(): boolean {
    return this.#hashes.size === 0;
  }

  add(owner: KeyOwner): void {
    this.#hashes.add(fnv1a(ownerName(owner)));
  }

  mayHave(owner: KeyOwner): boolean {
    return this.#hashes.has(fnv1a(ownerName(owner)));
  }
}

/** FNV-1a over UTF-16 units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

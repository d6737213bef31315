interface Entry<V> {
  value: V;
  weight: number;
}

/**
 * Entries by key, bounded by their weights together. Two generations: what is used moves into the young one, and once
 * that holds half of what is allowed it becomes the old one, whose entries, unused since, are dropped. Looking up costs
 * one access to a map, where an exact order of use would cost three.
 */
export class Lru<K, V> {
  private young = new Map<K, Entry<V>>();
  private old = new Map<K, Entry<V>>();
  private weight = 0;

  constructor(private readonly most: number) {}

  get(key: K): V | undefined {
    const young = this.young.get(key);
    if (young !== undefined) return young.value;
    const old = this.old.get(key);
    if (old === undefined) return undefined;
    this.old.delete(key);
    this.put(key, old);
    return old.value;
  }

  has(key: K): boolean {
    return this.young.has(key) || this.old.has(key);
  }

  set(key: K, value: V, weight = 1): void {
    const young = this.young.get(key);
    if (young === undefined) {
      this.old.delete(key);
      this.put(key, { value, weight });
    } else {
      this.weight += weight - young.weight;
      young.value = value;
      young.weight = weight;
    }
  }

  delete(key: K): void {
    const young = this.young.get(key);
    if (young === undefined) this.old.delete(key);
    else {
      this.young.delete(key);
      this.weight -= young.weight;
    }
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
    this.weight = 0;
  }

  private put(key: K, entry: Entry<V>): void {
    this.young.set(key, entry);
    this.weight += entry.weight;
    if (this.weight * 2 <= this.most) return;
    this.old = this.young;
    this.young = new Map();
    this.weight = 0;
  }
}

import type { KeyOwner, SealingKeys } from './customer-keys.js';

interface Entry {
  readonly keys: SealingKeys;
  readonly until: number;
  /** When it was put behind all others. */
  readonly usedAt: number;
}

/** A use is noted at most this often (ms): moving an entry in a large map costs as much as sealing with its keys. */
const NOTED_MILLIS = 1_000;

/**
 * Keys in memory: at most `size` owners, the least recently used (to the second) go first, and none longer than `lifeMillis` after
 * it was read from the store, however often it is used: an erased customer's keys are gone by then.
 */
export class KeyCache {
  readonly #entries = new Map<string, Entry>();

  constructor(
    readonly size: number,
    readonly lifeMillis: number,
    /** Milliseconds of a clock that never steps back. */
    readonly now: () => number = () => performance.now(),
  ) {}

  get(owner: KeyOwner): SealingKeys | undefined {
    const name = ownerName(owner);
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    const now = this.now();
    if (entry.until <= now) {
      this.#entries.delete(name);
      return undefined;
    }
    if (now - entry.usedAt >= NOTED_MILLIS) this.#put(name, { ...entry, usedAt: now });
    return entry.keys;
  }

  set(owner: KeyOwner, keys: SealingKeys): void {
    const now = this.now();
    this.#put(ownerName(owner), { keys, until: now + this.lifeMillis, usedAt: now });
    if (this.#entries.size > this.size) this.#entries.delete(this.#entries.keys().next().value!);
  }

  delete(owner: KeyOwner): void {
    this.#entries.delete(ownerName(owner));
  }

  #put(name: string, entry: Entry): void {
    this.#entries.delete(name);
    this.#entries.set(name, entry);
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** One text for each owner: a blank cannot occur in a tenant. */
export function ownerName({ tenant, customer }: KeyOwner): string {
  return customer === undefined ? tenant : `${tenant} ${customer}`;
}

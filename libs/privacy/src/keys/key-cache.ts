import type { KeyOwner, SealingKeys } from './customer-keys.js';

interface Entry {
  readonly keys: SealingKeys;
  readonly until: number;
}

/**
 * Keys in memory: at most `size` owners, the least recently used go first, and none longer than `lifeMillis` after
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
    this.#entries.delete(name);
    if (entry.until <= this.now()) return undefined;
    this.#entries.set(name, entry);
    return entry.keys;
  }

  set(owner: KeyOwner, keys: SealingKeys): void {
    const name = ownerName(owner);
    this.#entries.delete(name);
    this.#entries.set(name, { keys, until: this.now() + this.lifeMillis });
    if (this.#entries.size > this.size) this.#entries.delete(this.#entries.keys().next().value!);
  }

  delete(owner: KeyOwner): void {
    this.#entries.delete(ownerName(owner));
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** One text for each owner: a blank cannot occur in a tenant. */
export function ownerName({ tenant, customer }: KeyOwner): string {
  return customer === undefined ? tenant : `${tenant} ${customer}`;
}

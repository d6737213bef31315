import { OwnedMap } from './owned-map.js';

/** Something that a derived table has a row for. */
export interface Recorded {
  /** True from a fact that changes it on, until rows were derived (`CustomerState.markDerived`). */
  changed: boolean;
}

/** The things of one kind that a person has, with those that facts have changed since rows were derived last. */
export class Records<T extends Recorded> {
  private readonly owned = new OwnedMap<T>();
  private changedThings: T[] = [];

  get size(): number {
    return this.owned.size;
  }

  get changed(): readonly T[] {
    return this.changedThings;
  }

  get(customer: string, id: string): T | undefined {
    return this.owned.get(customer, id);
  }

  /** The thing, made where it is not known yet. */
  of(customer: string, id: string, make: (customer: string, id: string) => T): T {
    return this.owned.of(customer, id, make);
  }

  /** The same, and its row is to be derived again. */
  change(customer: string, id: string, make: (customer: string, id: string) => T): T {
    const thing = this.owned.of(customer, id, make);
    this.touch(thing);
    return thing;
  }

  values(): Iterable<T> {
    return this.owned.values();
  }

  /** Whether several identities of the person have a thing of this id, of those that count. */
  isShared(id: string, counts?: (thing: T) => boolean): boolean {
    return this.owned.isShared(id, counts);
  }

  /** The row of the thing is to be derived again. */
  touch(thing: T): void {
    if (thing.changed) return;
    thing.changed = true;
    this.changedThings.push(thing);
  }

  markDerived(): void {
    if (this.changedThings.length === 0) return;
    for (const thing of this.changedThings) thing.changed = false;
    this.changedThings = [];
  }
}

import { OwnedMap } from './owned-map.js';

/** Something that a derived table has a row for. */
export interface Recorded {
  /** True from a fact that changes it on, until rows were derived (`CustomerState.markDerived`). */
  changed: boolean;
}

/** The things of one kind that a person has, with those that facts have changed since rows were derived last. */
export class Records<T extends Recorded> extends OwnedMap<T> {
  private changedThings: T[] = NONE;

  get changed(): readonly T[] {
    return this.changedThings;
  }

  /** The thing, made where it is not known yet; its row is to be derived again. */
  change(customer: string, id: string, make: (customer: string, id: string) => T): T {
    const thing = this.of(customer, id, make);
    this.touch(thing);
    return thing;
  }

  /** The row of the thing is to be derived again. */
  touch(thing: T): void {
    if (thing.changed) return;
    thing.changed = true;
    if (this.changedThings === NONE) this.changedThings = [thing];
    else this.changedThings.push(thing);
  }

  markDerived(): void {
    if (this.changedThings === NONE) return;
    for (const thing of this.changedThings) thing.changed = false;
    this.changedThings = NONE;
  }
}

/** What nearly all records of all persons refer to: never written. */
const NONE: never[] = [];

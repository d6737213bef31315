/**
 * Things of one person, each identified by the customer as published and an id: two identities of one person may use
 * the same id for different things.
 */
export class OwnedMap<T> {
  private customer: string | undefined;
  private things: Map<string, T> = NOTHING;
  /** Only where things of several customers are known. */
  private all: Map<string, Map<string, T>> | undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(customer: string, id: string): T | undefined {
    return this.mapOf(customer)?.get(id);
  }

  /** The thing, made where it is not known yet. */
  of(customer: string, id: string, make: (customer: string, id: string) => T): T {
    const things = this.mapOf(customer) ?? this.add(customer);
    let thing = things.get(id);
    if (thing === undefined) {
      thing = make(customer, id);
      things.set(id, thing);
      this.count += 1;
    }
    return thing;
  }

  values(): Iterable<T> {
    return this.all === undefined ? this.things.values() : valuesOf(this.all.values());
  }

  /** Whether several customers have a thing of this id, of those that count. */
  isShared(id: string, counts: (thing: T) => boolean = () => true): boolean {
    if (this.all === undefined) return false;
    let owners = 0;
    for (const things of this.all.values()) {
      const thing = things.get(id);
      if (thing !== undefined && counts(thing)) owners += 1;
    }
    return owners > 1;
  }

  private mapOf(customer: string): Map<string, T> | undefined {
    return customer === this.customer ? this.things : this.all?.get(customer);
  }

  private add(customer: string): Map<string, T> {
    const things = new Map<string, T>();
    if (this.customer === undefined) [this.customer, this.things] = [customer, things];
    else {
      this.all ??= new Map([[this.customer, this.things]]);
      this.all.set(customer, things);
    }
    return things;
  }
}

function* valuesOf<T>(maps: Iterable<ReadonlyMap<string, T>>): Iterable<T> {
  for (const things of maps) yield* things.values();
}

/** What a map without things refers to: never written. */
const NOTHING = new Map<string, never>();

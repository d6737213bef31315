import { compareOrder, eventIdOf, type Fact, type LinkRecord, type Position } from '#event-sourcing';
import type { FactOf } from './facts.js';

/** The identities of each person, after all links have been folded. */
export interface Identities {
  /** The identity whose views include this one's events: itself where it was never merged. */
  survivorOf(customer: string): string;
  /** All identities of the same person, the customer included, in the order of their ids. */
  membersOf(customer: string): readonly string[];
}

interface Link {
  readonly survivor: string;
  readonly merged: string;
}

/**
 * Folds merges and unmerges in business order, in whatever order they are given. A merge of identities that are
 * merged already, or of an identity with itself, has no effect; nor has an unmerge of two that no merge links
 * directly. So the remaining links form a forest without cycles. Applied in order, each puts the merged identity's
 * group under the survivor of the other group.
 */
export function foldLinks(links: readonly LinkRecord[]): Identities {
  return folded(links).survivors.identities();
}

/** Event ids of the merges that join identities after all links have been folded. */
export function linksInForce(links: readonly LinkRecord[]): ReadonlySet<string> {
  return new Set([...folded(links).remaining.values()].map(({ eventId }) => eventId));
}

function folded(links: readonly LinkRecord[]) {
  const remaining = new Map<string, LinkRecord>();
  let survivors = new Survivors([]);
  for (const link of [...links].sort(compareOrder)) {
    if (link.type === 'CustomersMerged') {
      if (survivors.of(link.survivor) === survivors.of(link.merged)) continue;
      remaining.set(pairOf(link), link);
      survivors.join(link);
    } else if (remaining.delete(pairOf(link))) {
      survivors = new Survivors(remaining.values());
    }
  }
  return { remaining, survivors };
}

/** The pair of a link, independent of its direction. */
function pairOf({ survivor, merged }: Link): string {
  return JSON.stringify(survivor < merged ? [survivor, merged] : [merged, survivor]);
}

/** Groups of identities, each under its survivor: a disjoint-set forest. */
class Survivors {
  readonly #parents = new Map<string, string>();

  constructor(links: Iterable<Link>) {
    for (const link of links) this.join(link);
  }

  join({ survivor, merged }: Link): void {
    const [winner, loser] = [this.of(survivor), this.of(merged)];
    this.#parents.set(loser, winner);
  }

  of(customer: string): string {
    let top = customer;
    for (let parent = this.#parents.get(top); parent !== undefined; parent = this.#parents.get(top))
      top = parent;
    for (let at = customer; at !== top;) {
      const parent = this.#parents.get(at)!;
      this.#parents.set(at, top);
      at = parent;
    }
    return top;
  }

  identities(): Identities {
    const groups = new Map<string, string[]>();
    for (const customer of this.#parents.keys()) {
      const survivor = this.of(customer);
      const group = groups.get(survivor);
      if (group === undefined) groups.set(survivor, [survivor, customer]);
      else group.push(customer);
    }
    for (const group of groups.values()) group.sort();
    const survivorOf = (customer: string) => this.of(customer);
    return { survivorOf, membersOf: (customer) => groups.get(survivorOf(customer)) ?? [customer] };
  }
}

/** The link of a merge's or unmerge's fact. */
export function linkOf(fact: Fact, position: Position): LinkRecord | undefined {
  if (fact.type !== 'CustomersMerged' && fact.type !== 'CustomersUnmerged') return undefined;
  const { occurredAt, sequence, step, eventId, type, customer } = fact;
  const { mergedId } = (fact as FactOf<'CustomersMerged'>).data;
  return { occurredAt, sequence, step, eventId, type, survivor: customer, merged: mergedId, position };
}

/** The id of the event that a retraction's fact retracts; undefined for other facts. */
export function retractedBy(fact: Fact, tenant: string): string | undefined {
  if (fact.type !== 'EventRetracted') return undefined;
  const { eventSource, eventId } = (fact as FactOf<'EventRetracted'>).data;
  return eventIdOf(tenant, eventSource, eventId);
}

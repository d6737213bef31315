import { compareOrder, type OrderKey } from '#event-sourcing';
import { type ChunkChange, type FactLayouts, TimelineEnd, type TimelineFact } from '#journey';
import type { CustomerRecord } from '#views';
import { Lru } from './lru.js';
import type { StoredState } from './read-model.js';

/** Customers whose last chunk is kept open in memory: twice as many as any page has. */
const KEPT = 70_000;

/** The ends of customers' timelines, where events in order are appended. */
export class Tails {
  private readonly kept = new Lru<number, TimelineEnd>(KEPT);

  constructor(
    private readonly state: StoredState,
    private readonly layouts: () => FactLayouts,
  ) {}

  /** Reads the last chunks of those customers that are not in memory; `isNew` have none. */
  async load(customers: readonly CustomerRecord[], isNew: (number: number) => boolean): Promise<void> {
    const stored: CustomerRecord[] = [];
    for (const customer of customers) {
      if (this.kept.get(customer.number) !== undefined) continue;
      if (isNew(customer.number)) this.kept.set(customer.number, new TimelineEnd());
      else stored.push(customer);
    }
    if (stored.length === 0) return;
    for (const { customer, chunks } of await this.state.timelines(stored, 'last')) {
      const [last] = chunks;
      const end =
        last === undefined ? new TimelineEnd() : TimelineEnd.of(last, customer.name, this.layouts());
      this.kept.set(customer.number, end);
    }
  }

  /** Whether facts (in business order) come behind all that is stored of the customer. */
  isBehind(customer: number, fact: OrderKey): boolean {
    const { last } = this.end(customer);
    return last === undefined || compareOrder(fact, last) > 0;
  }

  /** Appends facts in business order, the first of which comes behind all that is stored. */
  append(customer: number, facts: readonly TimelineFact[]): ChunkChange {
    return this.end(customer).append(facts, this.layouts());
  }

  /** The customer's chunks were written otherwise: they are read when they are needed again. */
  forget(customer?: number): void {
    if (customer === undefined) this.kept.clear();
    else this.kept.delete(customer);
  }

  private end(customer: number): TimelineEnd {
    const end = this.kept.get(customer);
    if (end === undefined) throw new Error('the end of a timeline was not loaded');
    return end;
  }
}

import { type FactLayouts, TimelineEnd } from '#journey';
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

  /** The ends of these customers' timelines; the last chunk is read where it is not in memory, `isNew` have none. */
  async load(
    customers: readonly CustomerRecord[],
    isNew: (number: number) => boolean,
  ): Promise<readonly TimelineEnd[]> {
    const stored: CustomerRecord[] = [];
    const ends = customers.map((customer) => {
      const kept = this.kept.get(customer.number);
      if (kept !== undefined) return kept;
      if (isNew(customer.number)) return this.keep(customer.number, new TimelineEnd());
      stored.push(customer);
      return undefined;
    });
    if (stored.length > 0) await this.read(stored);
    return ends.map((end, i) => end ?? this.kept.get(customers[i]!.number)!);
  }

  /** The customer's chunks were written otherwise: they are read when they are needed again. */
  forget(customer?: number): void {
    if (customer === undefined) this.kept.clear();
    else this.kept.delete(customer);
  }

  private async read(customers: readonly CustomerRecord[]): Promise<void> {
    for (const { customer, chunks } of await this.state.timelines(customers, 'last')) {
      const [last] = chunks;
      const end =
        last === undefined ? new TimelineEnd() : TimelineEnd.of(last, customer.name, this.layouts());
      this.keep(customer.number, end);
    }
  }

  private keep(customer: number, end: TimelineEnd): TimelineEnd {
    this.kept.set(customer, end);
    return end;
  }
}

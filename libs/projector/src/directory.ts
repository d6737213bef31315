import type { CustomerRecord, CustomerRef, PersonRecord } from '#views';
import { Lru } from './lru.js';
import type { StoredState } from './read-model.js';

/** Customers whose numbers and links are kept in memory. */
const KEPT = 500_000;

/** A customer met for the first time. */
export interface NewCustomer {
  readonly number: number;
  readonly tenant: string;
  readonly name: string;
}

/** Numbers and links of customers, read once; new customers are numbered here, and stored with the next commit. */
export class Directory {
  private readonly known = new Lru<string, PersonRecord>(KEPT);

  constructor(private readonly stored: StoredState) {}

  /** Reads those customers that are not known in memory; numbers those that are new from `next` on. */
  async load(customers: readonly CustomerRef[], next: number): Promise<readonly NewCustomer[]> {
    const unknown = new Map<string, CustomerRef>();
    for (const one of customers) {
      const key = keyOf(one.tenant, one.customer);
      if (this.known.get(key) === undefined) unknown.set(key, one);
    }
    if (unknown.size === 0) return [];
    const missing = [...unknown.values()];
    const records = await this.stored.people(missing);
    const added: NewCustomer[] = [];
    missing.forEach(({ tenant, customer: name }, i) => {
      const number = next + added.length;
      if (records[i] === undefined) added.push({ number, tenant, name });
      this.set(tenant, records[i] ?? { customers: [{ number, name, heldAt: null }], links: [] });
    });
    return added;
  }

  /** A customer that was loaded. */
  get(tenant: string, customer: string): PersonRecord {
    const record = this.known.get(keyOf(tenant, customer));
    if (record === undefined) throw new Error('a customer was not loaded');
    return record;
  }

  /** Remembers a group of customers, for each of them. */
  set(tenant: string, record: PersonRecord): void {
    for (const { name } of record.customers) this.known.set(keyOf(tenant, name), record);
  }

  /** A customer is held at an event from now on, or no more. */
  hold(tenant: string, customer: string, heldAt: number | null): void {
    const record = this.get(tenant, customer);
    const changed = (one: CustomerRecord) => (one.name === customer ? { ...one, heldAt } : one);
    this.set(tenant, { ...record, customers: record.customers.map(changed) });
  }

  forget(): void {
    this.known.clear();
  }
}

function keyOf(tenant: string, customer: string): string {
  return `${tenant} ${customer}`;
}

import type { CustomerRecord, PersonRecord } from '#views';
import { Lru } from './lru.js';
import type { ReadModel } from './read-model.js';

/** Customers whose numbers and links are kept in memory. */
const KEPT = 500_000;

/** A customer of a tenant. */
export interface CustomerRef {
  readonly tenant: string;
  readonly customer: string;
}

/** A customer met for the first time. */
export interface NewCustomer {
  readonly number: number;
  readonly tenant: string;
  readonly name: string;
}

/** Numbers and links of customers, read once; new customers are numbered here, and stored with the next commit. */
export class Directory {
  private readonly known = new Lru<string, PersonRecord>(KEPT);

  constructor(private readonly readModel: ReadModel) {}

  /** Reads those customers that are not known in memory; numbers those that are new from `next` on. */
  async load(customers: readonly CustomerRef[], next: number): Promise<readonly NewCustomer[]> {
    const missing = new Map<string, Set<string>>();
    for (const { tenant, customer } of customers) {
      if (this.known.get(keyOf(tenant, customer)) !== undefined) continue;
      const names = missing.get(tenant);
      if (names === undefined) missing.set(tenant, new Set([customer]));
      else names.add(customer);
    }
    const added: NewCustomer[] = [];
    for (const [tenant, set] of missing) {
      const names = [...set];
      const records = await this.readModel.people(tenant, names);
      names.forEach((name, i) => {
        const record = records[i];
        if (record === undefined) {
          const number = next + added.length;
          added.push({ number, tenant, name });
          this.set(tenant, { customers: [{ number, name, heldAt: null }], links: [] });
        } else this.set(tenant, record);
      });
    }
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

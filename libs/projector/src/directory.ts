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

/** What is different where several projectors write one read model. */
export interface SharedDirectory {
  /** Numbers customers at once; undefined: another projector did. */
  register(customers: readonly CustomerRef[]): Promise<readonly (CustomerRecord | undefined)[]>;
  /** Customers that were read again, and may be others than those in memory. */
  onRead(customers: readonly CustomerRecord[]): void;
}

/** Numbers and links of customers, read once; new customers are numbered here, and stored with the next commit. */
export class Directory {
  private readonly known = new Lru<string, PersonRecord>(KEPT);

  constructor(
    private readonly stored: StoredState,
    private readonly shared: () => SharedDirectory | undefined,
  ) {}

  /** Reads those customers that are not known in memory; numbers those that are new from `next` on. */
  async load(customers: readonly CustomerRef[], next: number): Promise<readonly NewCustomer[]> {
    const unknown = new Map<string, CustomerRef>();
    const shared = this.shared();
    for (const one of customers) {
      const key = keyOf(one.tenant, one.customer);
      if (this.isUnknown(this.known.get(key), shared)) unknown.set(key, one);
    }
    if (unknown.size === 0) return [];
    const missing = [...unknown.values()];
    const records = await this.stored.people(missing);
    if (shared !== undefined) {
      await this.takeOver(shared, missing, records);
      return [];
    }
    const added: NewCustomer[] = [];
    missing.forEach(({ tenant, customer: name }, i) => {
      const number = next + added.length;
      if (records[i] === undefined) added.push({ number, tenant, name });
      this.set(tenant, records[i] ?? { customers: [{ number, name, heldAt: null }], links: [] });
    });
    return added;
  }

  /** Linked customers are read with each page: another projector may write to one of them at any time. */
  private isUnknown(record: PersonRecord | undefined, shared: SharedDirectory | undefined): boolean {
    return record === undefined || (shared !== undefined && record.links.length > 0);
  }

  private async takeOver(
    shared: SharedDirectory,
    missing: readonly CustomerRef[],
    records: readonly (PersonRecord | undefined)[],
  ): Promise<void> {
    const unread: CustomerRef[] = [];
    missing.forEach((ref, i) => {
      if (records[i] === undefined) unread.push(ref);
      else this.replace(shared, ref, records[i]);
    });
    if (unread.length === 0) return;
    const registered = await shared.register(unread);
    const others: CustomerRef[] = [];
    unread.forEach((ref, i) => {
      const record = registered[i];
      if (record === undefined) others.push(ref);
      else this.set(ref.tenant, { customers: [record], links: [] });
    });
    const found = await this.stored.people(others);
    others.forEach((ref, i) => this.replace(shared, ref, found[i]!));
  }

  private replace(shared: SharedDirectory, { tenant, customer }: CustomerRef, record: PersonRecord): void {
    const before = this.known.get(keyOf(tenant, customer));
    const same = before !== undefined && revisionsOf(before) === revisionsOf(record);
    if (!same) shared.onRead(record.customers);
    this.set(tenant, record);
  }

  /**
   * Customers were changed by a commit of this process, from the revisions at which they were read. Answers those that were
   * known otherwise: what is kept in memory of them is older.
   */
  revised(
    customers: readonly { readonly tenant: string; readonly record: CustomerRecord }[],
  ): CustomerRecord[] {
    const older: CustomerRecord[] = [];
    for (const { tenant, record } of customers) {
      const known = this.known.get(keyOf(tenant, record.name));
      const same = known?.customers.find(({ number }) => number === record.number);
      if (known === undefined || same?.revision !== record.revision) {
        older.push(record);
        this.forgetOne({ tenant, customer: record.name });
        continue;
      }
      const changed = (one: CustomerRecord) =>
        one === same ? { ...one, revision: (record.revision ?? 0) + 1 } : one;
      this.set(tenant, { ...known, customers: known.customers.map(changed) });
    }
    return older;
  }

  /** A customer is read again when it is needed. */
  forgetOne({ tenant, customer }: CustomerRef): void {
    this.known.delete(keyOf(tenant, customer));
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
    const record = this.known.get(keyOf(tenant, customer));
    // Whoever is not known here is read with it.
    if (record === undefined) return;
    const changed = (one: CustomerRecord) => (one.name === customer ? { ...one, heldAt } : one);
    this.set(tenant, { ...record, customers: record.customers.map(changed) });
  }

  forget(): void {
    this.known.clear();
  }
}

function revisionsOf({ customers }: PersonRecord): string {
  return customers.map(({ number, revision }) => `${number}:${revision}`).join();
}

function keyOf(tenant: string, customer: string): string {
  return `${tenant} ${customer}`;
}

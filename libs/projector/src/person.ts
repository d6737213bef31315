import { type LinkRecord, type OrderKey } from '#event-sourcing';
import type { CustomerState } from '#customer';
import { foldLinks } from '#journey';
import type { CustomerRecord, PersonRecord, TableRow } from '#views';

/** One person as the projector works with them: the identities that are folded together now. */
export interface ProjectedPerson {
  readonly tenant: string;
  /** Under whom rows are stored. */
  readonly survivor: CustomerRecord;
  readonly members: readonly CustomerRecord[];
}

/** A person's folded state as it is kept in memory. */
export interface KeptPerson {
  readonly stamp: string;
  readonly state: CustomerState;
  /** The last fact in business order, whether it counts or not. */
  last: OrderKey | undefined;
  /** Event ids that retractions of this person name. */
  readonly targets: ReadonlySet<string>;
  /**
   * The rows as they are stored, by table and key; a table of which the person has none may be absent. Undefined: the
   * person was folded again, and the stored rows are still to be compared.
   */
  readonly rows: Map<string, Map<string, TableRow>> | undefined;
}

/** Who belongs together among linked customers; each person once. */
export function personsOf(tenant: string, { customers, links }: PersonRecord): readonly ProjectedPerson[] {
  if (links.length === 0)
    return customers.map((customer) => ({ tenant, survivor: customer, members: [customer] }));
  const identities = foldLinks(links);
  const persons = new Map<string, CustomerRecord[]>();
  for (const customer of customers) {
    const survivor = identities.survivorOf(customer.name);
    const members = persons.get(survivor);
    if (members === undefined) persons.set(survivor, [customer]);
    else members.push(customer);
  }
  return [...persons].map(([name, members]) => ({
    tenant,
    survivor: members.find((member) => member.name === name)!,
    members,
  }));
}

/** The person that a customer is (part of). */
export function personOf(tenant: string, record: PersonRecord, customer: string): ProjectedPerson {
  const [only] = record.customers;
  if (record.links.length === 0) return { tenant, survivor: only!, members: record.customers };
  return personsOf(tenant, record).find(({ members }) => members.some(({ name }) => name === customer))!;
}

/** Two groups of linked customers as one, with more links. */
export function joined(records: readonly PersonRecord[], links: readonly LinkRecord[]): PersonRecord {
  const customers = new Map(records.flatMap((record) => record.customers).map((one) => [one.name, one]));
  const all = new Map(
    [...records.flatMap((record) => record.links), ...links].map((one) => [one.eventId, one]),
  );
  return {
    customers: [...customers.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    links: [...all.values()],
  };
}

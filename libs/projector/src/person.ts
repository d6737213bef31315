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

/** The persons of groups as made out last: all customers of a group have the same record (`ReadSnapshot.people`). */
const persons = new WeakMap<PersonRecord, readonly ProjectedPerson[]>();

/** Who belongs together among linked customers of a tenant; each person once. */
export function personsOf(tenant: string, record: PersonRecord): readonly ProjectedPerson[] {
  const { customers, links } = record;
  if (links.length === 0)
    return customers.map((customer) => ({ tenant, survivor: customer, members: [customer] }));
  const found = persons.get(record) ?? separated(tenant, record);
  persons.set(record, found);
  return found;
}

function separated(tenant: string, { customers, links }: PersonRecord): readonly ProjectedPerson[] {
  const identities = foldLinks(links);
  const members = new Map<string, CustomerRecord[]>();
  for (const customer of customers) {
    const survivor = identities.survivorOf(customer.name);
    const others = members.get(survivor);
    if (others === undefined) members.set(survivor, [customer]);
    else others.push(customer);
  }
  return [...members].map(([name, identified]) => ({
    tenant,
    survivor: identified.find((member) => member.name === name)!,
    members: identified,
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

import { NotFound, type Position } from '#event-sourcing';
import { foldLinks, type Identities } from '#journey';
import type { CustomerRecord, PersonRecord, ReadSnapshot } from '../read-model-reader.js';
import { PersonFacts } from './person-facts.js';

/** One person, by all the identities that are known to be theirs. */
export interface Person {
  readonly tenant: string;
  /** Whose views they are. */
  readonly survivor: string;
  /** The survivor and all merged into it. */
  readonly members: readonly CustomerRecord[];
  /** Set when another id than the survivor's was asked for. */
  readonly mergedInto?: string;
}

/** The person behind an id, by what was known of identity at `at`. Throws NotFound where nothing was ever recorded. */
export async function personOf(
  reader: ReadSnapshot,
  tenant: string,
  customer: string,
  at: Position | undefined,
): Promise<Person> {
  const [record] = await reader.people([{ tenant, customer }]);
  if (record === undefined) throw noSuchCustomer(tenant, customer);
  return personIn(record, tenant, customer, at);
}

/** The links of a group as folded last: all its customers have the same record (`ReadSnapshot.people`). */
const folded = new WeakMap<
  PersonRecord,
  { readonly at: Position | undefined; readonly identities: Identities }
>();

function identitiesIn(record: PersonRecord, at: Position | undefined): Identities {
  const last = folded.get(record);
  if (last !== undefined && last.at === at) return last.identities;
  const { links } = record;
  const identities = foldLinks(at === undefined ? links : links.filter(({ position }) => position <= at));
  folded.set(record, { at, identities });
  return identities;
}

/** The same of a record that has been read. */
export function personIn(
  record: PersonRecord,
  tenant: string,
  customer: string,
  at: Position | undefined,
): Person {
  const { customers } = record;
  const identities = identitiesIn(record, at);
  const survivor = identities.survivorOf(customer);
  const names = new Set(identities.membersOf(customer));
  const members = customers.filter(({ name }) => names.has(name));
  return { tenant, survivor, members, ...(survivor !== customer && { mergedInto: survivor }) };
}

export function noSuchCustomer(tenant: string, customer: string): NotFound {
  return new NotFound(`there is no such customer in tenant ${tenant}`, { tenant, customer });
}

/** The facts of a person as known at `at`. */
export async function factsOf(
  reader: ReadSnapshot,
  person: Person,
  at: Position | undefined,
): Promise<PersonFacts> {
  const { layouts } = await reader.timelineState();
  return new PersonFacts(await reader.timelines(person.members), layouts, person.tenant, at);
}

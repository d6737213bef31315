import { NotFound, type Position, type ReadModelReader, type TimelineRow } from '#event-sourcing';
import { foldLinks } from '#journey';

/** One person, by all the identities that are known to be theirs. */
export interface Person {
  readonly tenant: string;
  /** Whose view it is. */
  readonly survivor: string;
  /** The survivor and all merged into it. */
  readonly members: readonly string[];
  /** Set when another id than the survivor's was asked for. */
  readonly mergedInto?: string;
}

/** The person behind an id, by what was known of identity at `at`. */
export async function personOf(
  reader: ReadModelReader,
  tenant: string,
  customer: string,
  at: Position | undefined,
): Promise<Person> {
  const links = await reader.links(tenant, customer, at);
  if (links.length === 0) return { tenant, survivor: customer, members: [customer] };
  const identities = foldLinks(links);
  const survivor = identities.survivorOf(customer);
  const members = identities.membersOf(customer);
  return { tenant, survivor, members, ...(survivor !== customer && { mergedInto: survivor }) };
}

/** The last thing recorded of a person in business order, retracted or not. Throws NotFound where there is nothing. */
export async function lastEventOf(
  reader: ReadModelReader,
  { tenant, members }: Person,
): Promise<TimelineRow> {
  const [last] = await reader.timeline({
    tenant,
    customers: members,
    withRetracted: true,
    direction: 'backward',
    limit: 1,
  });
  if (last === undefined) throw new NotFound(`tenant "${tenant}" has no such customer`);
  return last;
}

import { type LinkRecord, storedPosition } from '#event-sourcing';
import type { CustomerRecord, PersonRecord } from '#views';
import type { Reads, Row } from '../database.js';
import { customerOf } from './customer-row.js';

/** A customer that was linked with others, with its place among those asked for. */
export interface LinkedCustomer {
  readonly place: number;
  readonly tenant: number;
  readonly name: string;
}

/** Everyone whom links reach from a customer, by the place of the one asked for. */
const REACHED = `WITH RECURSIVE reached (place, tenant, name) AS (
    SELECT place, tenant, name COLLATE "C" FROM unnest($1::bigint[], $2::integer[], $3::text[]) u (place, tenant, name)
    UNION
    SELECT r.place, r.tenant, CASE WHEN l.survivor = r.name THEN l.merged ELSE l.survivor END
    FROM reached r JOIN cx.link l ON l.tenant = r.tenant AND (l.survivor = r.name OR l.merged = r.name))`;

/** The persons of linked customers, by place: customers in the order of their names, and every link among them. */
export async function linkedPeople(
  reads: Reads,
  linked: readonly LinkedCustomer[],
): Promise<ReadonlyMap<number, PersonRecord>> {
  if (linked.length === 0) return new Map();
  const values = [
    linked.map(({ place }) => place),
    linked.map(({ tenant }) => tenant),
    linked.map(({ name }) => name),
  ];
  const [customers, links] = await reads.read([
    {
      text: `${REACHED} SELECT r.place, c.id, c.name, c.held_at, c.revision FROM reached r
        JOIN cx.customer c ON c.tenant = r.tenant AND c.name = r.name`,
      values,
    },
    {
      text: `${REACHED} SELECT r.place, l.event, l.at, l.sequence, l.step, l.type, l.survivor, l.merged, l.position::text
        FROM reached r JOIN cx.link l ON l.tenant = r.tenant AND l.survivor = r.name ORDER BY r.place, l.event`,
      values,
    },
  ]);
  const people = new Map(
    linked.map(({ place }) => [place, { customers: [] as CustomerRecord[], links: [] as LinkRecord[] }]),
  );
  for (const [place, ...customer] of customers!)
    people.get(place as number)!.customers.push(customerOf(customer));
  for (const { customers: found } of people.values()) found.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const [place, ...link] of links!) people.get(place as number)!.links.push(linkOf(link));
  return people;
}

function linkOf([event, at, sequence, step, type, survivor, merged, position]: Row): LinkRecord {
  return {
    ...{ eventId: event as string, occurredAt: at as number, sequence: sequence as number },
    ...{ step: step as number, type: type as LinkRecord['type'] },
    ...{ survivor: survivor as string, merged: merged as string },
    position: storedPosition(BigInt(position as string)),
  };
}

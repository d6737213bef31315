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

/** Everyone whom links reach from customers: each once, however many of a group are asked for. */
const REACHED = `WITH RECURSIVE reached (tenant, name) AS (
    SELECT tenant, name COLLATE "C" FROM unnest($1::integer[], $2::text[]) u (tenant, name)
    UNION
    SELECT r.tenant, CASE WHEN l.survivor = r.name THEN l.merged ELSE l.survivor END
    FROM reached r JOIN cx.link l ON l.tenant = r.tenant AND (l.survivor = r.name OR l.merged = r.name))`;

/** The persons of linked customers, by place: customers in the order of their names, and every link among them. */
export async function linkedPeople(
  reads: Reads,
  linked: readonly LinkedCustomer[],
): Promise<ReadonlyMap<number, PersonRecord>> {
  if (linked.length === 0) return new Map();
  const values = [linked.map(({ tenant }) => tenant), linked.map(({ name }) => name)];
  const [customers, links] = await reads.read([
    {
      text: `${REACHED} SELECT r.tenant, c.id, c.name, c.held_at, c.revision FROM reached r
        JOIN cx.customer c ON c.tenant = r.tenant AND c.name = r.name`,
      values,
    },
    {
      text: `${REACHED} SELECT r.tenant, l.event, l.at, l.sequence, l.step, l.type, l.survivor, l.merged, l.position::text
        FROM reached r JOIN cx.link l ON l.tenant = r.tenant AND l.survivor = r.name ORDER BY l.event`,
      values,
    },
  ]);
  const groups = new Groups();
  for (const [tenant, ...row] of links!) groups.link(tenant as number, linkOf(row));
  for (const [tenant, ...row] of customers!) groups.add(tenant as number, customerOf(row));
  for (const { customers: found } of groups.all()) found.sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(linked.map(({ place, tenant, name }) => [place, groups.of(tenant, name)]));
}

interface Group {
  readonly keys: string[];
  readonly customers: CustomerRecord[];
  readonly links: LinkRecord[];
}

/** Customers and links by the groups that the links make. */
class Groups {
  private readonly byCustomer = new Map<string, Group>();

  all(): ReadonlySet<Group> {
    return new Set(this.byCustomer.values());
  }

  of(tenant: number, name: string): Group {
    const key = `${tenant} ${name}`;
    const found = this.byCustomer.get(key);
    if (found !== undefined) return found;
    const group = { keys: [key], customers: [], links: [] };
    this.byCustomer.set(key, group);
    return group;
  }

  /** After all links. */
  add(tenant: number, customer: CustomerRecord): void {
    this.of(tenant, customer.name).customers.push(customer);
  }

  link(tenant: number, link: LinkRecord): void {
    const [one, other] = [this.of(tenant, link.survivor), this.of(tenant, link.merged)];
    const [into, from] = one.keys.length < other.keys.length ? [other, one] : [one, other];
    into.links.push(link);
    if (into === from) return;
    for (const key of from.keys) {
      into.keys.push(key);
      this.byCustomer.set(key, into);
    }
    for (const one of from.links) into.links.push(one);
  }
}

function linkOf([event, at, sequence, step, type, survivor, merged, position]: Row): LinkRecord {
  return {
    ...{ eventId: event as string, occurredAt: at as number, sequence: sequence as number },
    ...{ step: step as number, type: type as LinkRecord['type'] },
    ...{ survivor: survivor as string, merged: merged as string },
    position: storedPosition(BigInt(position as string)),
  };
}

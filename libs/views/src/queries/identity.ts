import { formatTime, type LinkRecord } from '#event-sourcing';
import { type FactOf, foldLinks, linksInForce } from '#journey';
import { knownUpTo } from './known-up-to.js';
import { noSuchCustomer, personIn } from './person.js';
import { PersonFacts } from './person-facts.js';
import type { QueryContext } from './query-context.js';

/** A merge or unmerge that concerns a customer. */
export interface IdentityLink {
  readonly type: 'merged' | 'unmerged';
  readonly survivor: string;
  readonly merged: string;
  readonly occurredAt: string;
  readonly position: string;
  readonly reason: string | null;
  /** Whether this merge is what joins the two now. */
  readonly inForce: boolean;
}

/** Who is whom: all identities of a person, and every merge and unmerge among all that they were ever linked with. */
export interface IdentityAnswer {
  readonly customer: string;
  readonly mergedInto?: string;
  readonly position: string;
  readonly members: readonly string[];
  /** In the order in which they happened. */
  readonly links: readonly IdentityLink[];
}

/** Which customer; `at`: as known then. */
export interface IdentityQuestion {
  readonly tenant: string;
  readonly customer: string;
  readonly at?: string;
}

/** Throws NotFound where nothing was ever recorded of the customer. */
export function identity(
  query: QueryContext,
  { tenant, customer, at }: IdentityQuestion,
): Promise<IdentityAnswer> {
  return query.reader.snapshot(async (reader) => {
    const known = await knownUpTo(reader, query, tenant, at);
    const [record] = await reader.people([{ tenant, customer }]);
    if (record === undefined) throw noSuchCustomer(tenant, customer);
    const { survivor, mergedInto } = personIn(record, tenant, customer, known.at);
    const links = record.links.filter(({ position }) => known.at === undefined || position <= known.at);
    const { layouts } = await reader.timelineState();
    const { all } = new PersonFacts(await reader.timelines(record.customers), layouts, tenant, known.at);
    const reasons = new Map<string, string | null>();
    for (const fact of all)
      if (fact.type === 'CustomersMerged' || fact.type === 'CustomersUnmerged')
        reasons.set(fact.eventId, (fact as FactOf<'CustomersMerged'>).data.reason ?? null);
    const inForce = linksInForce(links);
    return {
      customer: survivor,
      ...(mergedInto !== undefined && { mergedInto }),
      position: String(known.position),
      members: foldLinks(links).membersOf(customer),
      links: [...links]
        .sort((a, b) => a.occurredAt - b.occurredAt || Number(a.position - b.position))
        .map((link) => shown(link, reasons.get(link.eventId) ?? null, inForce.has(link.eventId))),
    };
  });
}

function shown(link: LinkRecord, reason: string | null, inForce: boolean): IdentityLink {
  const { type, survivor, merged, occurredAt, position } = link;
  return {
    type: type === 'CustomersMerged' ? 'merged' : 'unmerged',
    ...{ survivor, merged, occurredAt: formatTime(occurredAt), position: String(position), reason, inForce },
  };
}

import {
  compareOrder,
  decodeEvent,
  type Json,
  type LinkRecord,
  type Position,
  storedPosition,
} from '#event-sourcing';
import { factLayoutOf, factOf, foldLinks, insertFacts, JOURNEY, linkOf, type TimelineFact } from '#journey';
import { presentTime } from '../present.js';
import type { CustomerRecord, CustomerTimeline, PersonRecord, ReadSnapshot } from '../read-model-reader.js';
import { anything, count, flag, list, object, text, type TypeOf } from '../schema.js';
import { VIEWS } from '../views.js';
import { knownUpTo } from './known-up-to.js';
import { PersonFacts } from './person-facts.js';
import { answerFrame, type QueryContext, type TenantQuery } from './query-context.js';
import { foldUpTo } from './with-customer.js';

/** Customers whose views are shown. */
const SHOWN = 20;
/** Positions of events that are in no log yet, behind all that are. */
const BEHIND = Number.MAX_SAFE_INTEGER - 1_000_000;

const item = object({
  customer: text(),
  known: flag(),
  views: anything('each view under its name, as GET /v1/customers/{id} has it'),
});

/** Customers as they would be. */
export const customersWithSchema = object(
  {
    ...answerFrame,
    items: list(item),
    leftOut: count('customers concerned that are not among them'),
  },
  'with `dryRun`, for a key that may read: what the views of the customers would be; absent where they cannot be folded now',
);

/** Recorded events that are not in the log: canonical JSON, in the order in which they would be recorded. */
export interface CustomersWithQuery extends TenantQuery {
  readonly events: readonly string[];
}

/** What the views of the customers concerned would be by now if these events were recorded. */
export function customersWith(
  query: QueryContext,
  { tenant, events }: CustomersWithQuery,
): Promise<TypeOf<typeof customersWithSchema>> {
  return query.reader.snapshot(async (reader) => {
    const facts = events.flatMap((text, i) => factIn(text, i) ?? []);
    const known = await knownUpTo(reader, query, tenant, undefined);
    const links = facts.flatMap((fact) => linkOf(fact, positionOf(fact)) ?? []);
    const record = await recordOf(reader, tenant, facts, links);
    const persons = personsIn(record, facts);
    const asOf = presentTime(query.now(), known.tenant?.lastAt ?? undefined);
    const context = known.book.viewAt(asOf);
    const items: TypeOf<typeof item>[] = [];
    for (const [survivor, members] of [...persons].slice(0, SHOWN)) {
      const own = await factsWith(reader, tenant, members, facts);
      const state = await foldUpTo(query, own, asOf, context);
      const views = VIEWS.map(({ member, publish }) => [member, publish(state, context) as Json]);
      const isKnown = state.lastAt !== undefined;
      items.push({ customer: survivor, known: isKnown, views: Object.fromEntries(views) as Json });
      await query.yieldTurn();
    }
    const frame = { asOf: new Date(asOf).toISOString(), position: String(known.position) };
    return { ...frame, items, leftOut: persons.size - items.length };
  });
}

function factIn(text: string, no: number): TimelineFact | undefined {
  const fact = factOf(decodeEvent(Buffer.from(text)), JOURNEY);
  return fact && { ...fact, position: BEHIND + no };
}

const positionOf = ({ position }: TimelineFact): Position => storedPosition(position);

/** Everything that was ever linked with the customers named, and what would be. */
async function recordOf(
  reader: ReadSnapshot,
  tenant: string,
  facts: readonly TimelineFact[],
  links: readonly LinkRecord[],
): Promise<PersonRecord> {
  const named = [
    ...facts.map(({ customer }) => customer),
    ...links.flatMap(({ survivor, merged }) => [survivor, merged]),
  ];
  const names = [...new Set(named)];
  const records = await reader.people(names.map((customer) => ({ tenant, customer })));
  const customers = new Map<string, CustomerRecord>(
    names.map((name) => [name, { number: 0, name, heldAt: null }]),
  );
  const all = new Map(links.map((link) => [link.eventId, link]));
  for (const record of records) {
    for (const customer of record?.customers ?? []) customers.set(customer.name, customer);
    for (const link of record?.links ?? []) all.set(link.eventId, link);
  }
  return { customers: [...customers.values()], links: [...all.values()] };
}

/** The persons whose facts they are, by survivor, with all their identities. */
function personsIn(
  { customers, links }: PersonRecord,
  facts: readonly TimelineFact[],
): ReadonlyMap<string, readonly CustomerRecord[]> {
  const identities = foldLinks(links);
  const persons = new Map<string, readonly CustomerRecord[]>();
  for (const { customer } of facts) {
    const survivor = identities.survivorOf(customer);
    const names = new Set(identities.membersOf(customer));
    persons.set(
      survivor,
      customers.filter(({ name }) => names.has(name)),
    );
  }
  return persons;
}

/** What is known of a person, with the new facts in their places. */
async function factsWith(
  reader: ReadSnapshot,
  tenant: string,
  members: readonly CustomerRecord[],
  facts: readonly TimelineFact[],
) {
  const layouts = (await reader.timelineState()).layouts.with(factLayoutOf(JOURNEY));
  const stored = await reader.timelines(members.filter(({ number }) => number > 0));
  const timelines = members.map((customer): CustomerTimeline => {
    const { chunks } = stored.find((one) => one.customer.number === customer.number) ?? { chunks: [] };
    const own = facts.filter((fact) => fact.customer === customer.name).sort(compareOrder);
    if (own.length === 0) return { customer, chunks };
    const change = insertFacts(chunks, own, layouts);
    const written = new Set(change.chunks.map(({ number }) => number));
    const kept = chunks.filter(
      ({ number }) => !written.has(number) && (change.cut === undefined || number < change.cut),
    );
    return { customer, chunks: [...kept, ...change.chunks].sort((a, b) => a.number - b.number) };
  });
  return new PersonFacts(timelines, layouts, tenant);
}

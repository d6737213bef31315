import { LedgerError, type Position } from '#event-sourcing';
import type { ViewContext } from '#scoring';
import type { CustomerTimeline, ReadSnapshot } from '../read-model-reader.js';
import { groupRows } from '../row-groups.js';
import type {
  AggregateGroup,
  AggregateQuery,
  DerivedTable,
  FoundRow,
  GroupQuery,
  ListQuery,
  RowGroup,
} from '../table.js';
import { factsOf, type Person, personIn, personOf } from './person.js';
import { PersonFacts } from './person-facts.js';
import type { QueryContext } from './query-context.js';
import { groupsWithReplaced, type ReplacedRows, withReplaced } from './replaced-rows.js';
import { aggregateRows, comparePlaces, placeOf, selectPage } from './select-rows.js';
import { foldUpTo } from './with-customer.js';

/** The rows of a derived table at some moment. */
export interface TableRows {
  page(query: Omit<ListQuery, 'tenant'>): Promise<readonly FoundRow[]>;
  aggregate(
    queries: readonly Omit<AggregateQuery, 'tenant'>[],
  ): Promise<readonly (readonly AggregateGroup[])[]>;
  group(query: Omit<GroupQuery, 'tenant'>): Promise<readonly RowGroup[]>;
  /** Rows that time has changed and that could not be derived again for this answer. */
  readonly overdue: number;
}

/** Which rows of a tenant are asked for, and as of when. */
export interface RowsQuestion {
  readonly tenant: string;
  readonly table: DerivedTable;
  readonly context: ViewContext;
  readonly at: Position | undefined;
}

/** Rows whose time has come that one answer derives again by itself. */
const DERIVED_AGAIN = 200;

/** The rows as they are stored, those that time has changed since derived again. */
export async function storedRows(
  query: QueryContext,
  reader: ReadSnapshot,
  question: RowsQuestion,
): Promise<TableRows> {
  const { tenant, table, context } = question;
  const { asOf } = context;
  const found = await reader.list(table.name, {
    tenant,
    where: [{ column: 'due', is: '<=', value: asOf }],
    orderBy: { column: 'due', direction: 'asc' },
    limit: DERIVED_AGAIN + 1,
  });
  const few = found.length <= DERIVED_AGAIN;
  const { fresh, replaced } = few ? await derivedAgain(query, reader, question, found) : NOTHING;
  const knownRows: ListQuery['where'] =
    table.knownBy === undefined ? [] : [{ column: table.knownBy, is: 'not-null' }];
  const current: ListQuery['where'] =
    found.length > 0 && few ? [{ column: 'due', is: 'after-or-null', value: asOf }] : [];
  return {
    overdue: few ? 0 : found.length,
    async page(asked) {
      const stored = await reader.list(table.name, {
        ...asked,
        tenant,
        where: [...asked.where, ...knownRows, ...current],
      });
      if (fresh.length === 0) return stored;
      const { column, direction } = asked.orderBy;
      return [...stored, ...selectPage(fresh, asked)]
        .sort((a, b) => comparePlaces(placeOf(a, column), placeOf(b, column), direction))
        .slice(0, asked.limit);
    },
    async aggregate(queries) {
      const asked = queries.map((one) => ({ ...one, where: [...one.where, ...knownRows] }));
      const groups = await reader.aggregate(
        table.name,
        asked.map((one) => ({ ...one, tenant })),
      );
      return replaced.stored.length === 0 ? groups : withReplaced(groups, asked, replaced);
    },
    async group(asked) {
      const known = { ...asked, where: [...asked.where, ...knownRows] };
      const groups = await reader.group(table.name, { ...known, tenant });
      return replaced.stored.length === 0 ? groups : groupsWithReplaced(groups, known, replaced);
    },
  };
}

interface DerivedAgain {
  /** The rows found, as they are at the time of the question. */
  readonly fresh: readonly FoundRow[];
  /** All rows of the customers whose they are. */
  readonly replaced: ReplacedRows;
}

const NOTHING: DerivedAgain = { fresh: [], replaced: { stored: [], current: [] } };

/** Rows whose time has come are derived again; all others of the same customers are as they are stored. */
async function derivedAgain(
  query: QueryContext,
  reader: ReadSnapshot,
  { tenant, table, context }: RowsQuestion,
  found: readonly FoundRow[],
): Promise<DerivedAgain> {
  const customers = new Set(found.map(({ customer }) => customer));
  const fresh: FoundRow[] = [];
  const current: FoundRow[] = [];
  const stored: FoundRow[] = [...found];
  for (const customer of customers) {
    const person = await personOf(reader, tenant, customer, undefined);
    const facts = await factsOf(reader, person, undefined);
    const state = await foldUpTo(query, facts, context.asOf, context);
    const wanted = new Set(found.filter((row) => row.customer === customer).map(({ key }) => key));
    for (const derived of table.rows(state, context)) {
      const row = { ...derived, customer };
      current.push(row);
      if (table.duesAreOne === true || wanted.has(row.key)) fresh.push(row);
      else stored.push(row);
    }
  }
  return { fresh, replaced: { stored, current } };
}

/** Facts read at once on the way through a tenant. */
const FACTS_A_PAGE = 20_000;

/**
 * The rows as they are at another moment: every customer of the tenant folded afresh. Throws
 * `historical-question-too-large` when the tenant has more events than may be folded for one question.
 */
export async function foldedRows(
  query: QueryContext,
  reader: ReadSnapshot,
  question: RowsQuestion,
  facts: number,
): Promise<TableRows> {
  refuseTooMuch(query, facts);
  const rows: FoundRow[] = [];
  const { tenant, table, context, at } = question;
  const { layouts } = await reader.timelineState();
  for await (const { person, timelines } of personsOf(reader, tenant, at)) {
    const known = new PersonFacts(timelines, layouts, tenant, at);
    const state = await foldUpTo(query, known, context.asOf, context);
    if (state.lastAt === undefined) continue;
    for (const row of table.rows(state, context)) rows.push({ ...row, customer: person.survivor });
  }
  return {
    overdue: 0,
    page: (asked) => Promise.resolve(selectPage(rows, asked)),
    aggregate: (queries) => Promise.resolve(aggregateRows(rows, queries)),
    group: (asked) => Promise.resolve(groupRows(rows, asked)),
  };
}

interface PersonTimelines {
  readonly person: Person;
  readonly timelines: readonly CustomerTimeline[];
  /** Of the customer with whom the person was met. */
  readonly number: number;
}

/** Every person of a tenant once, by what was known of identity at `at`, behind the customer of a number. */
export async function* personsOf(
  reader: ReadSnapshot,
  tenant: string,
  at: Position | undefined,
  behind = 0,
): AsyncIterable<PersonTimelines> {
  for (let after: number | null = behind; after !== null;) {
    const page: Awaited<ReturnType<typeof reader.scan>> = await reader.scan(after, FACTS_A_PAGE, { tenant });
    const linked = page.timelines.filter((timeline) => timeline.linked);
    const records = await reader.people(linked.map(({ customer }) => ({ tenant, customer: customer.name })));
    const recordOf = new Map(linked.map(({ customer }, i) => [customer.name, records[i]!]));
    for (const timeline of page.timelines) {
      const { customer } = timeline;
      const record = recordOf.get(customer.name) ?? { customers: [customer], links: [] };
      const person = personIn(record, tenant, customer.name, at);
      // A person with several identities is met once for each: it is folded with the first of them.
      if (person.members.length > 1 && person.members[0]!.name !== customer.name) continue;
      const timelines = person.members.length > 1 ? await reader.timelines(person.members) : [timeline];
      yield { person, timelines, number: timeline.customer.number };
    }
    after = page.next;
  }
}

/** Throws `historical-question-too-large` where all events of a tenant are more than may be folded for one question. */
function refuseTooMuch(query: QueryContext, facts: number): void {
  if (facts > query.historicalEvents) {
    throw new LedgerError(
      'historical-question-too-large',
      `a list at another moment folds all ${facts} events of the tenant, and ${query.historicalEvents} are allowed ` +
        `(CX_HISTORICAL_EVENTS): ask about now, about one customer, or raise the setting`,
      { events: facts, bound: query.historicalEvents },
    );
  }
}

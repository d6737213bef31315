import {
  type AggregateGroup,
  type AggregateQuery,
  type FoundRow,
  LedgerError,
  type ListQuery,
  ROOT,
} from '#event-sourcing';
import type { Position, ReadModelReader } from '#event-sourcing';
import type { ViewContext } from '#scoring';
import type { CustomerProjection } from '../projections.js';
import { factsOf } from './facts-of.js';
import { fold, FoldedCells } from './folded-cells.js';
import { aggregateRows, selectPage } from './list-filter.js';
import { personOf } from './person.js';

/** The rows of one view across customers, at some moment. */
export interface ListRows {
  page(query: Omit<ListQuery, 'tenant'>): Promise<readonly FoundRow[]>;
  aggregate(
    queries: readonly Omit<AggregateQuery, 'tenant'>[],
  ): Promise<readonly (readonly AggregateGroup[])[]>;
  /** The root cell of a customer's state; undefined when there is none. */
  root<Root>(customer: string): Promise<Root | undefined>;
}

/** The rows as they are stored: what holds now. */
export function storedRows(reader: ReadModelReader, tenant: string, view: string): ListRows {
  return {
    page: (query) => reader.list(view, { ...query, tenant }),
    async aggregate(queries) {
      const answers: (readonly AggregateGroup[])[] = [];
      for (const query of queries) answers.push(await reader.aggregate(view, { ...query, tenant }));
      return answers;
    },
    async root<Root>(customer: string) {
      const cells = await reader.cells(view, tenant, customer, [ROOT]);
      const text = cells.get(ROOT);
      return text === undefined ? undefined : (JSON.parse(text) as Root);
    },
  };
}

/** A question about all customers of a tenant at a moment of the past. */
export interface HistoricalQuestion {
  readonly tenant: string;
  readonly projection: CustomerProjection;
  readonly context: ViewContext;
  readonly at: Position | undefined;
  /** So many events are folded at most. */
  readonly events: number;
}

/**
 * The rows as they were: every customer of the tenant folded afresh. Throws `historical-question-too-large` when the
 * tenant has more events than may be folded for one question.
 */
export async function foldedRows(reader: ReadModelReader, question: HistoricalQuestion): Promise<ListRows> {
  const { tenant, projection, context } = question;
  const count = await reader.eventCount(tenant);
  if (count > question.events) {
    throw new LedgerError(
      'historical-question-too-large',
      `a list of the past folds all ${count} events of the tenant, and ${question.events} are allowed ` +
        `(CX_HISTORICAL_EVENTS): ask about now, about one customer, or raise the setting`,
      { events: count, bound: question.events },
    );
  }
  const rows: FoundRow[] = [];
  const roots = new Map<string, unknown>();
  for await (const { customer, cells } of foldedCustomers(reader, question)) {
    roots.set(customer, cells.get(ROOT));
    for (const key of cells.keys()) {
      for (const row of projection.rows?.(key, cells.get(key), context) ?? [])
        rows.push({ ...row, customer });
    }
  }
  return {
    page: (query) => Promise.resolve(selectPage(rows, query)),
    aggregate: (queries) => Promise.resolve(aggregateRows(rows, queries)),
    root: <Root>(customer: string) => Promise.resolve(roots.get(customer) as Root | undefined),
  };
}

async function* foldedCustomers(
  reader: ReadModelReader,
  { tenant, projection, context, at }: HistoricalQuestion,
): AsyncIterable<{ readonly customer: string; readonly cells: FoldedCells }> {
  const done = new Set<string>();
  for await (const customer of customersOf(reader, tenant)) {
    const person = await personOf(reader, tenant, customer, at);
    if (done.has(person.survivor)) continue;
    if (person.members.length > 1) done.add(person.survivor);
    const cells = new FoldedCells();
    for await (const { fact } of factsOf(reader, person, { upTo: context.asOf, at })) {
      fold(projection, cells, fact, context);
    }
    yield { customer: person.survivor, cells };
  }
}

/** Customers asked for at once. */
const PAGE = 1000;

async function* customersOf(reader: ReadModelReader, tenant: string): AsyncIterable<string> {
  for (let after = ''; ;) {
    const page = await reader.customers(tenant, after, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)!;
  }
}

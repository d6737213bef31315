import type { CustomerState } from '#customer';
import { formatTime, type Json } from '#event-sourcing';
import type { PolicyBook, ViewContext } from '#scoring';
import {
  anything,
  count,
  flag,
  nullable,
  object,
  optional,
  position,
  text,
  time,
  type ObjectOf,
  type TypeOf,
} from '../schema.js';
import { presentTime } from '../present.js';
import type { DerivedTable, FoundRow, ListQuery } from '../table.js';
import { asOfOf, knownUpTo, limitOf } from './known-up-to.js';
import { type QueryContext, tableFrame, type TenantQuery } from './query-context.js';
import { placeOf } from './select-rows.js';
import { stateOfRow } from './state-of-row.js';
import { foldedRows, storedRows, type TableRows } from './table-rows.js';

export type TableFrame = ObjectOf<typeof tableFrame>;

/** Where the next page of a list begins. */
export const listPlace = object({
  asOf: time(),
  at: optional(position()),
  stored: flag(),
  value: anything(),
  customer: text(),
  key: text(),
});
export type ListPlaceOf = TypeOf<typeof listPlace>;

/** The derived tables of a tenant at one moment, with what it takes to answer from them. */
export interface TablesMoment {
  readonly context: ViewContext;
  /** The policies known at the moment. */
  readonly book: PolicyBook;
  /** Whether the rows are those that are kept, and not folded afresh. */
  readonly stored: boolean;
  /** The rows of a table; those of one table are made out once. */
  rowsOf(table: DerivedTable): Promise<TableRows>;
  /** What surrounds an answer from these rows. */
  frameOf(...rows: readonly TableRows[]): TableFrame;
  /** The state of the person from which a row of a table was derived. */
  stateOf(row: FoundRow, table: DerivedTable): Promise<CustomerState>;
}

/** One derived table at a moment. */
export interface TableMoment extends TablesMoment {
  readonly rows: TableRows;
  readonly frame: TableFrame;
}

/** Runs `answer` on the rows of a table at one moment: see `withTables`. */
export function withTable<T>(
  query: QueryContext,
  table: DerivedTable,
  question: TenantQuery & { readonly stored?: boolean },
  answer: (moment: TableMoment) => Promise<T>,
): Promise<T> {
  return withTables(query, question, async (moment) => {
    const rows = await moment.rowsOf(table);
    return answer({ ...moment, rows, frame: moment.frameOf(rows) });
  });
}

/**
 * Runs `answer` on derived tables at one moment, the same for all of them: the stored rows where the present is asked
 * about, else every customer folded afresh, within the bound.
 */
export function withTables<T>(
  query: QueryContext,
  question: TenantQuery & { readonly stored?: boolean },
  answer: (moment: TablesMoment) => Promise<T>,
): Promise<T> {
  return query.reader.snapshot(async (reader) => {
    const { tenant: name } = question;
    const known = await knownUpTo(reader, query, name, question.at);
    const asOf = asOfOf(query, question, known.tenant?.lastAt ?? null);
    const context = known.book.viewAt(asOf);
    const { lastAt = null, facts = 0 } = known.tenant ?? {};
    const isPresent =
      asOf === asOfOf(query, {}, lastAt) || (question.stored === true && goesOn(query, asOf, facts));
    const stored = known.at === undefined && isPresent;
    // Rows may be ahead of this position, each person's by itself, but never behind it.
    const tablesAt = stored && known.tablesAt < known.position ? known.tablesAt : undefined;
    const position = tablesAt ?? known.position;
    const pending = stored && known.tenant?.policyPending === true;
    const made = new Map<DerivedTable, Promise<TableRows>>();
    const rowsOf = (table: DerivedTable) => {
      const asked = { tenant: name, table, context, at: known.at };
      const rows =
        made.get(table) ??
        (stored ? storedRows(query, reader, asked) : foldedRows(query, reader, asked, facts));
      made.set(table, rows);
      return rows;
    };
    const frameOf = (...rows: readonly TableRows[]): TableFrame => {
      const overdue = rows.reduce((sum, one) => sum + one.overdue, 0);
      return {
        asOf: formatTime(asOf),
        position: String(position),
        ...(pending && { policyPending: true }),
        ...(overdue > 0 && { rowsOverdue: overdue }),
      };
    };
    const stateOf = (row: FoundRow, table: DerivedTable) =>
      stateOfRow(query, reader, { tenant: name, table, context, at: known.at }, row, tablesAt);
    return answer({ context, book: known.book, stored, rowsOf, frameOf, stateOf });
  });
}

/**
 * Whether a list that began with stored rows goes on with them: within its minute, or where the tenant has too many events
 * to fold. Afterwards rows have become others, and would come twice or not at all.
 */
function goesOn(query: QueryContext, asOf: number, facts: number): boolean {
  return asOf >= presentTime(query.now(), null) || facts > query.historicalEvents;
}

/** Which rows a list shows, and in which order. */
export interface ListSelection {
  readonly where: (asOf: number, moment: TableMoment) => ListQuery['where'] | Promise<ListQuery['where']>;
  readonly orderBy: ListQuery['orderBy'];
}

export interface ListQuestion extends TenantQuery {
  readonly limit?: number;
  /** `exact`: the answer says how many there are in all. */
  readonly count?: 'exact' | 'none';
  readonly place?: ListPlaceOf;
}

/** What surrounds the items of a list. */
export const listFrame = {
  ...tableFrame,
  total: optional(count('with `count=exact`: how many there are in all')),
  next: nullable(text('the cursor of the next page; null at the end')),
} as const;

/** One page of a list. */
export type ListPage<Item> = TableFrame & {
  readonly total?: number;
  readonly items: readonly Item[];
  readonly next: ListPlaceOf | null;
};

/** One page of a table’s list, each row made an item by `itemOf`. */
export function listPage<Item>(
  query: QueryContext,
  table: DerivedTable,
  question: ListQuestion,
  { where, orderBy }: ListSelection,
  itemOf: (row: FoundRow, moment: TableMoment) => Item | Promise<Item>,
): Promise<ListPage<Item>> {
  const limit = limitOf(question.limit);
  const { place, tenant } = question;
  const { asOf, at, stored } = place ?? { ...question, stored: undefined };
  return withTable(query, table, { tenant, asOf, at, stored }, async (moment) => {
    const { rows, context, frame } = moment;
    const after = place && {
      value: place.value as string | number | null,
      customer: place.customer,
      key: place.key,
    };
    const conditions = await where(context.asOf, moment);
    const found = await rows.page({ where: conditions, orderBy, limit: limit + 1, after });
    const total = question.count === 'exact' ? { total: await countOf(rows, conditions) } : {};
    const page = found.slice(0, limit);
    const items: Item[] = [];
    for (const row of page) items.push(await itemOf(row, moment));
    if (found.length <= limit) return { ...frame, ...total, items, next: null };
    const { value, customer, key } = placeOf(page.at(-1)!, orderBy.column);
    const next = {
      asOf: frame.asOf,
      ...(at !== undefined && { at }),
      stored: moment.stored,
      value: value as Json,
      customer,
      key,
    };
    return { ...frame, ...total, items, next };
  });
}

async function countOf(rows: TableRows, where: ListQuery['where']): Promise<number> {
  const [groups] = await rows.aggregate([{ where, sums: [] }]);
  return groups?.[0]?.rows ?? 0;
}

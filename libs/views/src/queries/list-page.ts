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
import type { DerivedTable, FoundRow, ListQuery } from '../table.js';
import { asOfOf, knownUpTo, limitOf } from './known-up-to.js';
import { factsOf, personOf } from './person.js';
import { type QueryContext, tableFrame, type TenantQuery } from './query-context.js';
import { placeOf } from './select-rows.js';
import { foldedRows, storedRows, type TableRows } from './table-rows.js';
import { type CustomerMoment, foldUpTo } from './with-customer.js';

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

/** A derived table at a moment, with what it takes to answer from it. */
export interface TableMoment {
  readonly rows: TableRows;
  readonly context: ViewContext;
  readonly frame: TableFrame;
  /** The policies known at the moment. */
  readonly book: PolicyBook;
  /** Whether the rows are those that are kept, and not folded afresh. */
  readonly stored: boolean;
  /** The state of a person at the moment of the question. */
  stateOf(customer: string): ReturnType<CustomerMoment['state']>;
}

/**
 * Runs `answer` on the rows of a table at one moment: the stored ones where the present is asked about, else every
 * customer folded afresh, within the bound.
 */
export function withTable<T>(
  query: QueryContext,
  table: DerivedTable,
  question: TenantQuery & { readonly stored?: boolean },
  answer: (moment: TableMoment) => Promise<T>,
): Promise<T> {
  return query.reader.snapshot(async (reader) => {
    const { tenant: name } = question;
    const known = await knownUpTo(reader, query, name, question.at);
    const asOf = asOfOf(query, question, known.tenant?.lastAt ?? null);
    const context = known.book.viewAt(asOf);
    const present = asOfOf(query, {}, known.tenant?.lastAt ?? null);
    const stored = known.at === undefined && (question.stored === true || asOf === present);
    const asked = { tenant: name, table, context, at: known.at };
    const rows = stored
      ? await storedRows(query, reader, asked)
      : await foldedRows(query, reader, asked, known.tenant?.facts ?? 0);
    const pending = stored && known.tenant?.policyPending === true;
    const frame: TableFrame = {
      asOf: formatTime(asOf),
      position: String(known.position),
      ...(pending && { policyPending: true }),
      ...(rows.overdue > 0 && { rowsOverdue: rows.overdue }),
    };
    const stateOf = async (customer: string) => {
      const person = await personOf(reader, name, customer, known.at);
      const { counting } = await factsOf(reader, person, known.at);
      return foldUpTo(query, counting, asOf, context);
    };
    return answer({ rows, context, frame, book: known.book, stored, stateOf });
  });
}

/** Which rows a list shows, and in which order. */
export interface ListSelection {
  readonly where: (asOf: number, context: ViewContext) => ListQuery['where'];
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
    const conditions = where(context.asOf, context);
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

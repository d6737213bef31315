import { type ColumnValue, formatTime, type FoundRow, type ListQuery } from '#event-sourcing';
import type { ViewContext } from '#scoring';
import type { AnswerFrame, Asker, Moment, Page, PageOf } from './asker.js';
import { type ViewName, VIEWS } from './customer-question.js';
import { foldedRows, type ListRows, storedRows } from './list-rows.js';
import { asOfOf, knowledgeAt, limitOf } from './moment.js';

/** A question about all customers of a tenant. */
export interface ListMoment extends Moment {
  readonly tenant: string;
}

/** A list at a moment, with what it takes to answer it. */
export interface ListInquiry {
  readonly rows: ListRows;
  readonly context: ViewContext;
  readonly frame: AnswerFrame;
}

interface Continued {
  /** The page before was answered from stored states: so is this one, though the tenant has gone on since. */
  readonly live?: boolean;
}

/**
 * Runs `answer` on the rows of a view at one moment: the stored ones where now is asked about, else every customer
 * folded afresh, within the bound.
 */
export function inquireList<T>(
  asker: Asker,
  view: ViewName,
  question: ListMoment & Continued,
  answer: (inquiry: ListInquiry & { readonly live: boolean }) => Promise<T>,
): Promise<T> {
  return asker.reader.snapshot(async (reader) => {
    const { tenant } = question;
    const known = await knowledgeAt(reader, asker, tenant, question.at);
    const last = await reader.lastOccurredAt(tenant);
    const asOf = asOfOf(asker, question, last);
    const now = Math.max(asker.now(), last ?? 0);
    const context = known.book.viewAt(asOf);
    const isNow = asOf >= (last ?? 0) && context.stamp === known.book.contextAt(now).stamp;
    const live = known.at === undefined && (question.live === true || isNow);
    const rows = live
      ? storedRows(reader, tenant, view)
      : await foldedRows(reader, {
          tenant,
          projection: VIEWS[view],
          context,
          at: known.at,
          events: asker.historicalEvents,
        });
    const pending = live && (await reader.policyPending(tenant, context.stamp));
    const frame: AnswerFrame = {
      asOf: formatTime(asOf),
      position: String(known.position),
      ...(pending && { policyPending: true }),
    };
    return answer({ rows, context, frame, live });
  });
}

/** Where the next page of a list begins. */
export interface ListPlace {
  readonly asOf: string;
  readonly at?: string;
  readonly live: boolean;
  readonly after: { readonly value: ColumnValue; readonly customer: string; readonly key: string };
}

/** Which rows a list shows, and in which order. */
export interface ListSelection {
  readonly where: (asOf: number) => ListQuery['where'];
  readonly orderBy: ListQuery['orderBy'];
}

/** One page of a view's list, each row made an item by `itemOf`. */
export function listPage<Item>(
  asker: Asker,
  view: ViewName,
  question: ListMoment & Page<ListPlace>,
  selection: ListSelection,
  itemOf: (row: FoundRow, inquiry: ListInquiry) => Promise<Item>,
): Promise<AnswerFrame & PageOf<Item, ListPlace>> {
  const limit = limitOf(question.limit);
  const { place } = question;
  const moment = place
    ? { tenant: question.tenant, asOf: place.asOf, at: place.at, live: place.live }
    : question;
  return inquireList(asker, view, moment, async (inquiry) => {
    const { rows, context, frame, live } = inquiry;
    const { where, orderBy } = selection;
    const found = await rows.page({
      where: where(context.asOf),
      orderBy,
      limit: limit + 1,
      after: place?.after,
    });
    const page = found.slice(0, limit);
    const items: Item[] = [];
    for (const row of page) items.push(await itemOf(row, inquiry));
    if (found.length <= limit) return { ...frame, items, next: null };
    const { columns, customer, key } = page.at(-1)!;
    const after = { value: columns[orderBy.column] ?? null, customer, key };
    const at = place ? place.at : question.at;
    return { ...frame, items, next: { asOf: frame.asOf, ...(at !== undefined && { at }), live, after } };
  });
}

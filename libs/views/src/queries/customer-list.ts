import { formatTime } from '#event-sourcing';
import { CHURN_BANDS } from '../churn-risk/churn-risk-view.js';
import { customersTable } from '../customers/customers-table.js';
import { LOYALTY_BANDS } from '../loyalty/loyalty-view.js';
import { count, list, marker, nullable, number, object, oneOf, text, time, type TypeOf } from '../schema.js';
import type { FoundRow, ListCondition } from '../table.js';
import { erasedMark } from './erased-answer.js';
import { among, beginningWith, orderOf, wordsOf } from './list-options.js';
import { type ListPage, listFrame, listPage, type ListQuestion } from './list-page.js';
import type { QueryContext } from './query-context.js';

const item = object({
  customer: text(),
  ...erasedMark,
  band: oneOf(CHURN_BANDS, 'of the risk of churn'),
  excess: number('of the risk of churn, 0 to 1, rounded to two decimals'),
  left: marker('present when the last contract has ended'),
  loyaltyBand: oneOf(LOYALTY_BANDS),
  loyalty: nullable(number('0 to 100, rounded to two decimals; null while no component of it is known')),
  openIssues: count('open or waiting'),
  segment: nullable(text('the company’s own grouping of the customer, as said last')),
  lastAt: time('business time of the latest touchpoint'),
});

/** The customers of a tenant. */
export const customerListSchema = object({ ...listFrame, items: list(item) });

/** What the list can be ordered by, and the direction that is usual. */
const ORDERS = { customer: 'asc', excess: 'desc', loyalty: 'desc' } as const;

/** Which customers are meant; what is left out does not matter. Where words are taken, several have commas between. */
export interface CustomerListQuery extends ListQuestion {
  /** What their ids begin with. */
  readonly prefix?: string;
  /** Only these. */
  readonly ids?: readonly string[];
  /** Of the risk of churn. */
  readonly band?: string;
  /** A band of loyalty. */
  readonly loyalty?: string;
  readonly segment?: string;
  /** At least this many open issues. */
  readonly openIssues?: number;
  readonly sort?: string;
}

/** Customers of whom something is known, by their ids unless sorted otherwise. Throws `historical-question-too-large`. */
export function customerList(
  query: QueryContext,
  question: CustomerListQuery,
): Promise<ListPage<TypeOf<typeof item>>> {
  const orderBy = orderOf(question.sort, ORDERS, 'customer');
  const selection = { where: () => conditionsOf(question, orderBy.column), orderBy };
  return listPage(query, customersTable, question, selection, itemOf);
}

/** An index by a score begins with its band: a list in the order of the score names all bands where no other is asked for. */
function conditionsOf(question: CustomerListQuery, sort: string): readonly ListCondition[] {
  const { prefix, ids, segment, openIssues } = question;
  const bands = wordsOf('band', question.band, CHURN_BANDS);
  const loyalty = wordsOf('loyalty', question.loyalty, LOYALTY_BANDS);
  return [
    ...among('band', bands ?? (sort === 'excess' ? CHURN_BANDS : undefined)),
    ...among('loyaltyBand', loyalty ?? (sort === 'loyalty' ? LOYALTY_BANDS : undefined)),
    ...among('segment', segment?.split(',')),
    // Nobody is named by the empty text.
    ...among('customer', ids?.length === 0 ? [''] : ids),
    ...(prefix === undefined ? [] : beginningWith('customer', prefix)),
    ...(openIssues === undefined ? [] : [{ column: 'openIssues', is: '>=', value: openIssues } as const]),
  ];
}

function itemOf({ customer, columns }: FoundRow): TypeOf<typeof item> {
  return {
    customer,
    band: columns['band'] as TypeOf<typeof item>['band'],
    excess: Number(columns['excess']),
    ...(columns['left'] === 1 && { left: true as const }),
    loyaltyBand: columns['loyaltyBand'] as TypeOf<typeof item>['loyaltyBand'],
    loyalty: (columns['loyalty'] ?? null) as number | null,
    openIssues: Number(columns['openIssues']),
    segment: (columns['segment'] ?? null) as string | null,
    lastAt: formatTime(Number(columns['lastAt'])),
  };
}

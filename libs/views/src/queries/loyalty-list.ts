import { customersTable } from '../customers/customers-table.js';
import { LOYALTY_BANDS, loyalty } from '../loyalty/loyalty-view.js';
import { flag, list, nullable, number, object, oneOf, text, time, type TypeOf } from '../schema.js';
import type { FoundRow } from '../table.js';
import { erasedMark } from './erased-answer.js';
import { among, orderOf, wordsOf } from './list-options.js';
import { type ListPage, listFrame, listPage, type ListQuestion, type TableMoment } from './list-page.js';
import type { QueryContext } from './query-context.js';

const item = object({
  customer: text(),
  ...erasedMark,
  band: oneOf(LOYALTY_BANDS),
  score: nullable(number('0–100; the list is ordered by it, rounded to two decimals')),
  coverage: number('share of the weights whose components are known'),
  calibrated: flag('whether the model was fitted to the company’s own events'),
  nextBandAt: nullable(time('when silence alone will put the customer into another band; null: never')),
});

/** Customers by loyalty. */
export const loyaltyListSchema = object({ ...listFrame, items: list(item) });

export interface LoyaltyListQuery extends ListQuestion {
  /** Several with commas between. */
  readonly band?: string;
  readonly sort?: string;
}

/** Customers by loyalty, the highest first, those without a score last. Throws `historical-question-too-large`. */
export function loyaltyList(
  query: QueryContext,
  question: LoyaltyListQuery,
): Promise<ListPage<TypeOf<typeof item>>> {
  const { column: _, direction } = orderOf(question.sort, { score: 'desc' }, 'score');
  const selection = {
    // The index by the score begins with its band.
    where: () => among('loyaltyBand', wordsOf('band', question.band, LOYALTY_BANDS) ?? LOYALTY_BANDS),
    orderBy: { column: 'loyalty', direction },
  };
  return listPage(query, customersTable, question, selection, itemOf);
}

async function itemOf(row: FoundRow, moment: TableMoment): Promise<TypeOf<typeof item>> {
  const { customer, columns } = row;
  const state = await moment.stateOf(row, customersTable);
  const asOf = Math.max(moment.context.asOf, state.lastAt ?? 0);
  const { score, coverage, calibrated, nextBandAt } = loyalty.publish(state, { ...moment.context, asOf });
  const band = columns['loyaltyBand'] as TypeOf<typeof item>['band'];
  return { customer, band, score, coverage, calibrated, nextBandAt: nextBandAt ?? null };
}

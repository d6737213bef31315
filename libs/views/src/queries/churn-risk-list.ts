import { CHURN_BANDS, CHURN_KINDS, churnReason, churnRisk } from '../churn-risk/churn-risk-view.js';
import { customersTable } from '../customers/customers-table.js';
import { flag, list, marker, nullable, number, object, oneOf, text, time, type TypeOf } from '../schema.js';
import type { FoundRow } from '../table.js';
import { erasedMark } from './erased-answer.js';
import { among, orderOf, wordsOf } from './list-options.js';
import { type ListPage, listFrame, listPage, type ListQuestion, type TableMoment } from './list-page.js';
import type { QueryContext } from './query-context.js';

const item = object({
  customer: text(),
  ...erasedMark,
  band: oneOf(CHURN_BANDS),
  risk: number('chance of churn within the horizon'),
  excess: number('the list is ordered by it, rounded to two decimals'),
  kind: oneOf(CHURN_KINDS),
  coverage: number('1 where behaviour is known, 0 where the base rate stands in for it'),
  calibrated: flag('whether the model was fitted to the company’s own events'),
  left: marker('present when the last contract has ended'),
  nextBandAt: nullable(time('when silence alone will put the customer into another band; null: never')),
  reasons: list(churnReason, 'why, the weightiest first: of the state, not of the path to it'),
});

/** Customers at risk. */
export const churnRiskListSchema = object({ ...listFrame, items: list(item) });

export interface ChurnRiskListQuery extends ListQuestion {
  /** Several with commas between. Lost customers are returned only with `lost` among them. */
  readonly band?: string;
  readonly sort?: string;
}

/** Customers by excess risk, the highest first. Throws `historical-question-too-large`. */
export function churnRiskList(
  query: QueryContext,
  question: ChurnRiskListQuery,
): Promise<ListPage<TypeOf<typeof item>>> {
  const bands = wordsOf('band', question.band, CHURN_BANDS) ?? CHURN_BANDS.filter((band) => band !== 'lost');
  const selection = {
    where: () => among('band', bands),
    orderBy: orderOf(question.sort, { excess: 'desc' }, 'excess'),
  };
  return listPage(query, customersTable, question, selection, itemOf);
}

async function itemOf(row: FoundRow, moment: TableMoment): Promise<TypeOf<typeof item>> {
  const { customer, columns } = row;
  const state = await moment.stateOf(row, customersTable);
  // A page further on may come across a customer of whom more is known since the first page.
  const asOf = Math.max(moment.context.asOf, state.lastAt ?? 0);
  const context = { ...moment.context, asOf };
  const { risk, excess, left, nextBandAt, ...view } = churnRisk.publish(state, context);
  const { kind, coverage, calibrated, reasons } = view;
  return {
    customer,
    // As the list has it: a customer is in the band by which it was found.
    band: columns['band'] as TypeOf<typeof item>['band'],
    risk: risk!,
    excess: excess!,
    kind,
    coverage,
    calibrated,
    ...(left && { left }),
    nextBandAt: nextBandAt ?? null,
    reasons,
  };
}

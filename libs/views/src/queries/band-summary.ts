import { InvalidInput } from '#event-sourcing';
import { count, flag, list, number, object, oneOf, optional, text, type TypeOf } from '../schema.js';
import type { AggregateQuery } from '../table.js';
import type { View, ViewBands } from '../view.js';
import { VIEWS, viewOf } from '../views.js';
import { withTable } from './list-page.js';
import { type QueryContext, tableFrame, type TenantQuery } from './query-context.js';

/** Views whose customers can be counted by band. */
export const BANDED_VIEWS: readonly (View & { readonly bands: ViewBands })[] = VIEWS.filter(
  (view): view is View & { readonly bands: ViewBands } => view.bands !== undefined,
);

/** How the customers of a tenant are spread over the bands of a view. */
export function bandSummarySchema({ bands }: View & { readonly bands: ViewBands }) {
  return object({
    ...tableFrame,
    view: text(),
    calibrated: flag('whether the model was fitted to the company’s own events'),
    modelVersion: text(),
    policyVersion: text(),
    customers: count('all of whom something is known: the bands sum to it'),
    byBand: list(object({ band: oneOf(bands.names), customers: count() })),
    byScore: optional(
      list(
        object({ from: number(), to: number(), customers: count() }),
        'by the score rounded to two decimals; `to` is exclusive but for the last; customers without a score are in none',
      ),
    ),
  });
}

export type BandSummary = TypeOf<ReturnType<typeof bandSummarySchema>>;

/** Customers counted by band, exact at the moment asked about. Throws `historical-question-too-large`. */
export function bandSummary(
  query: QueryContext,
  { view: name, ...question }: TenantQuery & { readonly view: string },
): Promise<BandSummary> {
  const { bands } = bandedView(name);
  return withTable(query, bands.table, question, async ({ rows, context, frame }) => {
    const steps = stepsOf(bands);
    const all: Omit<AggregateQuery, 'tenant'> = { where: [], sums: [] };
    const [total, groups, scores] = await rows.aggregate([
      all,
      { ...all, groupBy: bands.column },
      { ...all, counts: Object.fromEntries(steps.map(({ from, where }) => [String(from), where])) },
    ]);
    const ofBand = new Map(groups!.map(({ group, rows: customers }) => [group, customers]));
    const counts = scores?.[0]?.counts ?? {};
    return {
      ...frame,
      view: name,
      calibrated: context.model.calibrated,
      modelVersion: context.model.version,
      policyVersion: context.policy.version,
      customers: total?.[0]?.rows ?? 0,
      byBand: bands.names.map((band) => ({ band, customers: ofBand.get(band) ?? 0 })),
      ...(steps.length > 0 && {
        byScore: steps.map(({ from, to }) => ({ from, to, customers: counts[String(from)] ?? 0 })),
      }),
    };
  });
}

/** Equal steps of the score, each with the condition that a row is in it. */
function stepsOf({ score }: ViewBands) {
  if (score === undefined) return [];
  const { column, step, end } = score;
  return Array.from({ length: Math.round(end / step) }, (_, i) => {
    const [from, to] = [i * step, (i + 1) * step];
    const last = to >= end;
    return {
      ...{ from, to },
      where: [
        { column, is: '>=', value: from },
        { column, is: last ? '<=' : '<', value: to },
      ] as const,
    };
  });
}

function bandedView(name: string): View & { readonly bands: ViewBands } {
  const { name: known } = viewOf(name);
  const view = BANDED_VIEWS.find((one) => one.name === known);
  if (view !== undefined) return view;
  throw new InvalidInput('invalid-question', `the view ${name} has no bands`, [
    { pointer: '/view', detail: `must be one of ${BANDED_VIEWS.map((one) => one.name).join(', ')}` },
  ]);
}

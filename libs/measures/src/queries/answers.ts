import type { Schema } from '#views';
import { MEASURES } from '../catalogue.js';
import { INSIGHTS } from '../insights/insights.js';
import { OVERVIEWS } from '../overviews.js';
import { measureSchema } from './measure.js';
import { measureRowsSchema } from './measure-rows.js';
import { overviewSchema } from './overview.js';

/**
 * What is answered of one measure: `measure-<name>` over time, `measure-rows-<name>` the rows behind; and of one overview:
 * `overview-<name>`; and of one insight: `insight-<name>`.
 */
export const MEASURE_ANSWERS: { readonly [name: string]: Schema<unknown> } = Object.fromEntries([
  ...MEASURES.flatMap((measure) => [
    [`measure-${measure.name}`, measureSchema(measure)] as const,
    [`measure-rows-${measure.name}`, measureRowsSchema(measure)] as const,
  ]),
  ...OVERVIEWS.map((one) => [`overview-${one.name}`, overviewSchema(one)] as const),
  ...INSIGHTS.map(({ name, schema }) => [`insight-${name}`, schema] as const),
]);

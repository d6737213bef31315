import type { Schema } from '#views';
import { MEASURES } from '../catalogue.js';
import { measureSchema } from './measure.js';
import { measureRowsSchema } from './measure-rows.js';

/** What is answered of one measure: `measure-<name>` over time, `measure-rows-<name>` the rows behind. */
export const MEASURE_ANSWERS: { readonly [name: string]: Schema<unknown> } = Object.fromEntries(
  MEASURES.flatMap((measure) => [
    [`measure-${measure.name}`, measureSchema(measure)] as const,
    [`measure-rows-${measure.name}`, measureRowsSchema(measure)] as const,
  ]),
);

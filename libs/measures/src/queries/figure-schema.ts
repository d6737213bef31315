import { schema, type TypeOf } from '#views';
import type { Kind } from '../measure.js';
import type { Tally } from '../tally.js';

const { count, marker, nullable, number, object, optional, text } = schema;

/** What an answer says of the rows of one bucket and one combination of values. */
export const figureMembers = {
  value: nullable(number('null where there is nothing to measure, or too little')),
  numerator: number(),
  denominator: number(),
  n: count('cases that the value rests on'),
  interval: nullable(
    object({
      low: number(),
      high: number(),
      method: text('wilson, wilson-by-case, adjusted-wald, student-t or order-statistics'),
    }),
  ),
  p90: optional(nullable(number('the 90th percentile, where the value is the median'))),
  currency: optional(
    nullable(
      text('of an amount; null where amounts of several would have to be added: filter or group by currency'),
    ),
  ),
  tooFew: marker('present where there are fewer cases than the measure’s minimum'),
} as const;

export const figureSchema = object(figureMembers);

/** The figure of some rows as it is published: without a value where it rests on too few cases. */
export function publishedFigure(kind: Kind, tally: Tally, end: number): TypeOf<typeof figureSchema> {
  const figure = kind.figureOf(tally, end);
  if (figure.n >= kind.minimum) return figure;
  const { p90: _, ...counted } = figure;
  return { ...counted, value: null, interval: null, tooFew: true };
}

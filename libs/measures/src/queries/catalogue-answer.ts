import { schema, type TypeOf } from '#views';
import { MEASURES } from '../catalogue.js';
import { DIMENSION_NAMES, type DimensionName } from '../dimensions.js';
import { UNITS } from '../measure.js';

const { count, flag, list, nullable, number, object, oneOf, optional, text } = schema;

/** Every measure, with what it means. */
export const catalogueSchema = object({
  items: list(
    object({
      name: text(),
      summary: text(),
      formula: text(),
      events: list(text()),
      numerator: text(),
      denominator: nullable(text('null where the value is no ratio')),
      booking: text('at which time a case is counted'),
      unit: oneOf(UNITS),
      better: nullable(oneOf(['more', 'less'])),
      leading: flag('whether it predicts; else it tells what has come of it'),
      minimum: count('with fewer cases the answer says `tooFew`'),
      dimensions: list(oneOf(DIMENSION_NAMES)),
      within: optional(object({ usual: nullable(number('seconds')), means: text() })),
      href: text(),
    }),
  ),
  next: nullable(text('always null: the catalogue is one page')),
});

export type Catalogue = TypeOf<typeof catalogueSchema>;

/** The catalogue of measures. */
export const CATALOGUE: Catalogue = {
  items: MEASURES.map((measure) => ({
    name: measure.name,
    summary: measure.summary,
    formula: measure.formula,
    events: measure.events.map((event) => `cx.${event}.v1`),
    numerator: measure.numerator,
    denominator: measure.denominator ?? null,
    booking: measure.bookedAt,
    unit: measure.kind.unit,
    better: measure.better,
    leading: measure.leads,
    minimum: measure.kind.minimum,
    dimensions: Object.keys(measure.dimensions) as DimensionName[],
    ...(measure.within && { within: { usual: measure.within.usual, means: measure.within.means } }),
    href: `/v1/measures/${measure.name}`,
  })),
  next: null,
};

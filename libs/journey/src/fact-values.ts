import type { FieldShape, Shape } from './shape.js';

type Values = { [field: string]: unknown };

const factFields = new WeakMap<Shape, readonly FieldShape[]>();

/** The fields of a shape that are facts, in the order of their declaration. */
export function factFieldsOf(shape: Shape): readonly FieldShape[] {
  let fields = factFields.get(shape);
  if (fields === undefined) factFields.set(shape, (fields = shape.fields.filter((field) => field.fact)));
  return fields;
}

/** The facts of data, every one named, undefined where absent: objects of one touchpoint have one form. */
export function pickFacts(shape: Shape, data: object): object {
  const facts: Values = {};
  for (const field of factFieldsOf(shape))
    facts[field.name] = mapValue(field, (data as Values)[field.name], pickFacts);
  return facts;
}

function mapValue(field: FieldShape, value: unknown, map: (shape: Shape, value: object) => unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (field.nested === undefined) return value;
  const { shape, list } = field.nested;
  return list ? (value as readonly object[]).map((item) => map(shape, item)) : map(shape, value as object);
}

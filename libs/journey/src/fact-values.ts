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

/** The facts as a list of values in the order of the fields; those absent at its end are left out. */
export function packValues(shape: Shape, facts: object): unknown[] {
  const values = factFieldsOf(shape).map(
    (field) => mapValue(field, (facts as Values)[field.name], packValues) ?? null,
  );
  while (values.length > 0 && values[values.length - 1] === null) values.pop();
  return values;
}

/** The reverse of `packValues`; the values begin at `from`. */
export function unpackValues(shape: Shape, values: readonly unknown[], from = 0): object {
  const facts: Values = {};
  const fields = factFieldsOf(shape);
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!;
    facts[field.name] = mapValue(field, values[from + i], unpackNested);
  }
  return facts;
}

const unpackNested = (shape: Shape, values: object) => unpackValues(shape, values as readonly unknown[]);

function mapValue(field: FieldShape, value: unknown, map: (shape: Shape, value: object) => unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (field.nested === undefined) return value;
  const { shape, list } = field.nested;
  return list ? (value as readonly object[]).map((item) => map(shape, item)) : map(shape, value as object);
}

/** A number of 20 bits that changes with the facts of a schema: FNV-1a of their names. */
export function factStampOf(schema: {
  readonly name: string;
  readonly version: number;
  readonly shape: Shape;
}): number {
  const text = JSON.stringify([schema.name, schema.version, namesOf(schema.shape)]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 12;
}

function namesOf(shape: Shape): unknown[] {
  return factFieldsOf(shape).map(({ name, nested }) =>
    nested ? [name, nested.list, namesOf(nested.shape)] : name,
  );
}

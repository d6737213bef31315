import { getMetadataStorage } from './class-validator.js';
import type { ValidationMetadata } from './class-validator.js';
import { commonMeaning } from './common-meanings.js';
import { marksOf, type DataClass } from './declare.js';

/** One field of a class, with everything the decorators say of it. */
export interface FieldShape {
  readonly name: string;
  readonly rules: readonly ValidationMetadata[];
  readonly personal: boolean;
  readonly fact: boolean;
  /** What it means; undefined where neither its declaration nor its name says so. */
  readonly means?: string;
  /** Whether it identifies something, or somebody. */
  readonly identifier: boolean;
  /** The shape of the object, or of the objects of the list, that the field holds. */
  readonly nested?: { readonly shape: Shape; readonly list: boolean };
}

/** What a class declares: the one reading of the metadata that checks, sealing, facts and JSON Schema start from. */
export interface Shape {
  readonly fields: readonly FieldShape[];
  readonly byName: ReadonlyMap<string, FieldShape>;
}

const shapes = new Map<DataClass, Shape>();

/** The shape of a class, read once. */
export function shapeOf(type: DataClass): Shape {
  let shape = shapes.get(type);
  if (shape === undefined) {
    shape = readShape(type);
    shapes.set(type, shape);
  }
  return shape;
}

function readShape(type: DataClass): Shape {
  const storage = getMetadataStorage();
  const rules = storage.groupByPropertyName(storage.getTargetValidationMetadatas(type, '', false, false));
  const marks = marksOf(type);
  const fields = Object.entries(rules).map(([name, ofField]): FieldShape => {
    const nested = marks.nested.get(name);
    const means = marks.means.get(name) ?? commonMeaning(name);
    return {
      name,
      rules: ofField,
      personal: marks.personal.has(name),
      fact: marks.facts.has(name),
      ...(means !== undefined && { means }),
      identifier: marks.identifiers.has(name),
      ...(nested && { nested: { shape: shapeOf(nested.type), list: nested.list } }),
    };
  });
  return { fields, byName: new Map(fields.map((field) => [field.name, field])) };
}

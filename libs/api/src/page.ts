import { type ObjectSchema, type Schema, schema } from '#views';

const { list, nullable, object, text } = schema;

/** A page of a list. */
export function page<T>(items: Schema<T>): ObjectSchema<{
  readonly items: Schema<readonly T[]>;
  readonly next: Schema<string | null>;
}> {
  return object({ items: list(items), next: nullable(text('where the next page begins; null at the end')) });
}

import type { TouchpointSchema } from './schema.js';
import type { FieldShape, Shape } from './shape.js';
import { keywordsOf, type JsonSchema } from './json-schema-rules.js';

/**
 * The JSON Schema (2020-12) of a touchpoint's data, with what it and its fields mean. Unknown fields are allowed in a
 * customer's events (they are kept), and refused in the tenant's own.
 */
export function jsonSchemaOf({
  type,
  means,
  shape,
  subject,
}: Pick<TouchpointSchema, 'type' | 'means' | 'shape' | 'subject'>): JsonSchema {
  return { title: type, description: means, ...objectSchema(shape, subject === 'tenant') };
}

function objectSchema(shape: Shape, closed: boolean): JsonSchema {
  const required = shape.fields.filter((field) => !isOptional(field)).map((field) => field.name);
  return {
    type: 'object',
    properties: Object.fromEntries(shape.fields.map((field) => [field.name, fieldSchema(field, closed)])),
    ...(required.length > 0 && { required }),
    ...(closed && { additionalProperties: false }),
  };
}

const isOptional = (field: FieldShape) => field.rules.some((rule) => rule.type === 'conditionalValidation');

function fieldSchema(field: FieldShape, closed: boolean): JsonSchema {
  const stated = Object.assign({}, ...field.rules.filter((rule) => !rule.each).map(keywordsOf)) as JsonSchema;
  const described = field.means === undefined ? stated : { ...stated, description: field.means };
  const marked = field.personal ? { ...described, 'x-personal': true } : described;
  if (field.nested === undefined) return marked;
  const inner = objectSchema(field.nested.shape, closed);
  return field.nested.list ? { ...marked, type: 'array', items: inner } : { ...marked, ...inner };
}

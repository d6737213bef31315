import type { TouchpointSchema } from './schema.js';
import type { FieldShape, Shape } from './shape.js';
import { keywordsOf, type JsonSchema } from './json-schema-rules.js';

/** The JSON Schema (2020-12) of a touchpoint's data, with what it and its fields mean. Unknown fields are allowed: they are kept. */
export function jsonSchemaOf(schema: Pick<TouchpointSchema, 'type' | 'means' | 'shape'>): JsonSchema {
  return { title: schema.type, description: schema.means, ...objectSchema(schema.shape) };
}

function objectSchema(shape: Shape): JsonSchema {
  const required = shape.fields.filter((field) => !isOptional(field)).map((field) => field.name);
  return {
    type: 'object',
    properties: Object.fromEntries(shape.fields.map((field) => [field.name, fieldSchema(field)])),
    ...(required.length > 0 && { required }),
  };
}

const isOptional = (field: FieldShape) => field.rules.some((rule) => rule.type === 'conditionalValidation');

function fieldSchema(field: FieldShape): JsonSchema {
  const stated = Object.assign({}, ...field.rules.filter((rule) => !rule.each).map(keywordsOf)) as JsonSchema;
  const described = field.means === undefined ? stated : { ...stated, description: field.means };
  const marked = field.personal ? { ...described, 'x-personal': true } : described;
  if (field.nested === undefined) return marked;
  const inner = objectSchema(field.nested.shape);
  return field.nested.list ? { ...marked, type: 'array', items: inner } : { ...marked, ...inner };
}

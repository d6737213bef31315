import { describe, expect, it } from '@jest/globals';
import { jsonSchemaOf } from './json-schema.js';
import { allTouchpoints, latestOf } from './registry.js';

describe('the JSON Schema of a touchpoint', () => {
  it('says what the decorators say', () => {
    expect(jsonSchemaOf(latestOf('NeedsIdentified'))).toEqual({
      title: 'cx.NeedsIdentified.v1',
      type: 'object',
      properties: {
        contactId: { type: 'string', minLength: 1, maxLength: 128 },
        needs: {
          type: 'array',
          maxItems: 100,
          items: {
            type: 'object',
            properties: {
              category: { type: 'string', minLength: 1, maxLength: 200 },
              description: { type: 'string', maxLength: 20_000, 'x-personal': true },
            },
            required: ['category'],
          },
        },
        issueId: { type: 'string', minLength: 1, maxLength: 128 },
        expectation: { type: 'number', minimum: 1, maximum: 7 },
        budget: {
          type: 'object',
          properties: {
            amount: { type: 'string', pattern: '^\\d{1,15}(\\.\\d{1,9})?$' },
            currency: { type: 'string', pattern: '^[A-Z]{3}$' },
          },
          required: ['amount', 'currency'],
        },
      },
      required: ['contactId', 'needs'],
    });
  });

  it('has a type or a list of words for every field of every touchpoint', () => {
    const wordless: string[] = [];
    const look = (schema: { readonly [keyword: string]: unknown }, path: string) => {
      if (!('type' in schema || 'enum' in schema)) wordless.push(path);
      const inner = (schema['items'] ?? schema) as { properties?: Record<string, Record<string, unknown>> };
      for (const [name, property] of Object.entries(inner.properties ?? {}))
        look(property, `${path}/${name}`);
    };
    for (const schema of allTouchpoints()) look(jsonSchemaOf(schema), schema.name);
    expect(wordless).toEqual([]);
  });

  it('is plain JSON', () => {
    for (const schema of allTouchpoints()) {
      const said = jsonSchemaOf(schema);
      expect(JSON.parse(JSON.stringify(said))).toEqual(said);
    }
  });
});

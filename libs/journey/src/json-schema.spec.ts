import { describe, expect, it } from '@jest/globals';
import { jsonSchemaOf } from './json-schema.js';
import type { JsonSchema } from './json-schema-rules.js';
import { allTouchpoints, latestOf } from './registry.js';

describe('the JSON Schema of a touchpoint', () => {
  it('says what the decorators say', () => {
    expect(undescribed(jsonSchemaOf(latestOf('NeedsIdentified')))).toEqual({
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

  it('B6: says what every touchpoint and every field of it means', () => {
    const silent: string[] = [];
    const look = (schema: JsonSchema, path: string) => {
      if (typeof schema['description'] !== 'string' || schema['description'] === '') silent.push(path);
      const inner = (schema['items'] ?? schema) as {
        readonly properties?: { readonly [name: string]: JsonSchema };
      };
      for (const [name, property] of Object.entries(inner.properties ?? {}))
        look(property, `${path}/${name}`);
    };
    for (const schema of allTouchpoints()) look(jsonSchemaOf(schema), schema.type);
    expect(silent).toEqual([]);
  });

  it('B6: says the scales of a score, and for whom an issue’s clock waits', () => {
    const { score } = propertiesOf('FeedbackGiven');
    for (const scale of ['`csat` 1 to 5', '`nps` 0 to 10', '`ces` 1 to 7', '`rater` 1 to 7']) {
      expect(score!['description']).toContain(scale);
    }
    expect(propertiesOf('IssueWaiting')['on']!['description']).toContain('stops for `customer` only');
    expect(latestOf('EventRetracted').means).toContain('a wrong customer');
  });

  it('is plain JSON', () => {
    for (const schema of allTouchpoints()) {
      const said = jsonSchemaOf(schema);
      expect(JSON.parse(JSON.stringify(said))).toEqual(said);
    }
  });
});

function propertiesOf(name: 'FeedbackGiven' | 'IssueWaiting') {
  return jsonSchemaOf(latestOf(name))['properties'] as { readonly [field: string]: JsonSchema };
}

/** The schema without descriptions, at any depth. */
function undescribed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
  const members = Object.entries(schema).filter(
    ([name, value]) => name !== 'description' || typeof value === 'object',
  );
  return Object.fromEntries(members.map(([name, value]) => [name, undescribed(value)]));
}

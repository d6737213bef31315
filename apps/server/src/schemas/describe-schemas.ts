const text = { type: 'string' } as const;

/** What `GET /v1/schemas` answers. */
export const TOUCHPOINT_TYPES = {
  type: 'object',
  required: ['items', 'next'],
  properties: {
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'version', 'kind', 'description', 'schema'],
        properties: {
          ...{ type: text, version: { type: 'integer' }, kind: text, description: text },
          schema: { ...text, description: 'where its JSON Schema is' },
        },
      },
    },
    next: { type: 'null' },
  },
} as const;

import { allTouchpoints, jsonSchemaOf } from '#journey';
import type { DataSchema, Vocabulary } from './vocabulary.js';

/** The touchpoints that a mapping may emit: everything about a customer, in its newest version. */
export function journeyVocabulary(): Vocabulary {
  const emitted = allTouchpoints().filter(({ subject, latest }) => subject === 'customer' && latest);
  return {
    touchpoints: emitted.map((schema) => ({
      name: schema.name,
      type: schema.type,
      data: jsonSchemaOf(schema) as DataSchema,
    })),
  };
}

import { freshnessSchema, jobsSchema, projectionsSchema, rebuildSchema } from './projections.js';

/** What routes answer, by the name of the schema in OpenAPI. */
export const ANSWERS = {
  projections: projectionsSchema.json,
  freshness: freshnessSchema.json,
  jobs: jobsSchema.json,
  rebuild: rebuildSchema.json,
};

export type AnswerName = keyof typeof ANSWERS;

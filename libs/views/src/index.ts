export * from './present.js';
export * from './read-model-reader.js';
export * as schema from './schema.js';
export type { ObjectOf, ObjectSchema, Schema, TypeOf } from './schema.js';
export * from './table.js';
export * from './view.js';

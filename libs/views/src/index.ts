export * from './read-model-reader.js';
export * from './table.js';
export * from './view.js';

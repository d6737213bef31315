export * from './atomic-not-supported.js';
export * from './copy-events.js';
export * from './event-index.js';
export * from './event-line.js';
export * from './event-store.js';
export * from './events-digest.js';
export * from './relay-positions.js';
export * from './revision-conflict.js';

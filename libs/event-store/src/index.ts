export * from './event-store.js';
export * from './memory-event-store.js';
export * from './relay-positions.js';
export * from './revision-conflict.js';

export * from './open.js';
export type { OperationsStore } from './operations-store.js';

export * from './access-index.js';
export * from './log-proofs.js';
export * from './log-tree.js';
export * from './restored-tree.js';
export * from './tree-store.js';
export * from './verify-log.js';

export * from './customer-state.js';

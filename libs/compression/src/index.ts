export * from './decompress.js';
export * from './encoding.js';

export * from './package.js';
export * from './readme.js';
export * from './zip.js';

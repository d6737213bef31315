export { LastingThread, type LastingThreadOptions } from './lasting-thread.js';
export { serveCalls, type Methods, type Notify } from './serve-calls.js';
export { WorkerThread, type WorkerThreadOptions } from './worker-thread.js';
export * from './step-back.js';

export { Backoff } from './backoff.js';
export { loopTimeout, withLoopTimeout } from './loop-timeout.js';
export { serveCalls, type Methods, type Notify } from './serve-calls.js';
export { SupervisedWorker, type SupervisedWorkerOptions } from './supervised-worker.js';
export { lowerThreadPriority } from './thread-priority.js';
export { type Transferred, Transferring } from './transferring.js';
export { WakeSignal } from './wake-signal.js';
export { type Answer, type Argument, WorkerThread, type WorkerThreadOptions } from './worker-thread.js';

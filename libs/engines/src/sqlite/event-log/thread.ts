import { Worker } from 'node:worker_threads';

/**
 * Starts one of this folder's threads. The process's own flags (`--input-type`, …) are for its main script, and not
 * handed on.
 */
export function startThread(script: string, workerData: unknown): Worker {
  return new Worker(new URL(script, import.meta.url), {
    workerData,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
}

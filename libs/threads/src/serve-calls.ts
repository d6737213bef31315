import { parentPort } from 'node:worker_threads';
import { recordError } from './messages.js';
import type { Call, Report } from './messages.js';
import { partsOf } from './transferring.js';

/** The methods of a worker: one argument and one result each, both clonable; a result may be `Transferring`. */
export type Methods = { readonly [method: string]: (argument: never) => unknown };

/** Sends the main thread a notice that it did not ask for. */
export type Notify = (notice: unknown) => void;

/**
 * Runs a worker's side: opens its methods, reports that it is ready (or why not), then answers calls as they arrive,
 * several at a time. Call it once, at the top of the worker's file.
 */
export async function serveCalls(open: (notify: Notify) => Promise<Methods>): Promise<void> {
  const port = parentPort!;
  const say = (report: Report, buffers: ArrayBuffer[] = []) => port.postMessage(report, buffers);
  let methods: Methods;
  try {
    methods = await open((notice) => say({ kind: 'notice', notice }));
  } catch (error) {
    say({ kind: 'failed', error: recordError(error) });
    port.close();
    return;
  }
  port.on('message', (call: Call) => void answer(methods, call, say));
  say({ kind: 'ready' });
}

type Say = (report: Report, buffers?: ArrayBuffer[]) => void;

async function answer(methods: Methods, { id, method, argument }: Call, say: Say) {
  try {
    const { value, buffers } = partsOf(await methods[method]!(argument as never));
    say({ kind: 'answer', id, value }, buffers);
  } catch (error) {
    say({ kind: 'refusal', id, error: recordError(error) });
  }
}

import { parentPort } from 'node:worker_threads';
import { recordError } from './messages.js';
import type { Call, Report } from './messages.js';

/** What a worker answers: one argument and one result each, both of them clonable. */
export type Methods = { readonly [method: string]: (argument: never) => unknown };

/** Says something to the main thread without having been asked. */
export type Notify = (notice: unknown) => void;

/**
 * Runs a worker's side: builds its methods, says that it is ready (or why not), then answers calls as they come,
 * several at a time. To be called once, at the top of the worker's file.
 */
export async function serveCalls(open: (notify: Notify) => Promise<Methods>): Promise<void> {
  const port = parentPort!;
  const say = (report: Report) => port.postMessage(report);
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

async function answer(methods: Methods, { id, method, argument }: Call, say: (report: Report) => void) {
  try {
    say({ kind: 'answer', id, value: await methods[method]!(argument as never) });
  } catch (error) {
    say({ kind: 'refusal', id, error: recordError(error) });
  }
}

import { withLoopTimeout } from '#threads';

/** No answer in time. The outcome is unknown: what was asked for may still happen. */
export class DeadlinePassed extends Error {
  constructor(what: string, millis: number) {
    super(`no answer within ${millis} ms: ${what}`);
  }
}

/** The promise's outcome, or DeadlinePassed. A late outcome is dropped, a late rejection too. */
export function withDeadline<T>(what: string, millis: number, promise: Promise<T>): Promise<T> {
  return withLoopTimeout(millis, promise, () => new DeadlinePassed(what, millis));
}

/** Waits; an aborted signal ends the wait. */
export function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal.addEventListener('abort', done, { once: true });
  });
}

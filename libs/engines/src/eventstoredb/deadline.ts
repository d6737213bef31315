/** No answer in time. The outcome is unknown: what was asked for may still happen. */
export class DeadlinePassed extends Error {
  constructor(what: string, millis: number) {
    super(`no answer within ${millis} ms: ${what}`);
  }
}

/** The promise's outcome, or DeadlinePassed. A late outcome is dropped, a late rejection too. */
export function withDeadline<T>(what: string, millis: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new DeadlinePassed(what, millis));
    // After a pause of the whole process the timer comes before answers that have arrived meanwhile: they are looked at first.
    const timer = setTimeout(() => setImmediate(late), millis);
    const end = (settle: () => void) => {
      clearTimeout(timer);
      settle();
    };
    promise.then(
      (value) => end(() => resolve(value)),
      (error: Error) => end(() => reject(error)),
    );
  });
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

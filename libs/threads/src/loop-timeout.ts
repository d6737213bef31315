/** Parts of a deadline: of one pause of the event loop at most one part is counted. */
const PARTS = 8;

/**
 * Calls back once the event loop has run for `millis`; answers the way to cancel it. A plain timer fires before what has
 * arrived while the loop was blocked, or while the process got no processor, so that a server that has answered would be
 * taken to be away. Here a pause counts as an eighth of the time, however long it was, and arrived data is handled first.
 */
export function loopTimeout(millis: number, callback: () => void): () => void {
  let left = PARTS;
  let immediate: NodeJS.Immediate | undefined;
  const look = () => {
    if (--left > 0) timer.refresh();
    else callback();
  };
  // Sockets and messages are read between timers and immediates.
  const timer = setTimeout(() => (immediate = setImmediate(look)), millis / PARTS);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

/** The promise's outcome; rejects with `late()` where the loop has run for `millis` without one. A late outcome is dropped. */
export function withLoopTimeout<T>(millis: number, promise: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = loopTimeout(millis, () => reject(late()));
    const settle =
      <V>(outcome: (value: V) => void) =>
      (value: V) => {
        cancel();
        outcome(value);
      };
    promise.then(settle(resolve), settle(reject));
  });
}

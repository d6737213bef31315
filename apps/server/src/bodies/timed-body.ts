import type { Readable } from 'node:stream';
import { LedgerError } from '#event-sourcing';

/** A stopping server waits this long (ms) for the next bytes of a body. */
const STOPPING_MILLIS = 1_000;

/**
 * The bytes of a request as they arrive. Throws `request-timeout` when nothing comes for `idleMillis`,
 * `request-aborted` when the client leaves, and `shutting-down` when the server is `stopping` and nothing comes. The
 * request stays open when reading ends early, so that it can still be answered.
 */
export async function* timedBody(
  stream: Readable,
  idleMillis: number,
  stopping?: AbortSignal,
): AsyncGenerator<Buffer> {
  const bytes = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  for (;;) {
    const next = await inTime(bytes.next(), idleMillis, stopping);
    if (next.done) return;
    yield next.value;
  }
}

function inTime(
  reading: Promise<IteratorResult<Buffer>>,
  millis: number,
  stopping: AbortSignal | undefined,
): Promise<IteratorResult<Buffer>> {
  return new Promise((resolve, reject) => {
    const deadline = bodyDeadline(millis, stopping, reject);
    void reading.then(resolve, () => reject(aborted())).finally(() => deadline.clear());
  });
}

/**
 * The client closed the connection before the body was complete: no answer can be sent, and it is no fault of the
 * server.
 */
export function aborted(): LedgerError {
  return new LedgerError('request-aborted', 'the connection was closed before the body was complete');
}

/** The time that is left for a body. */
export interface BodyDeadline {
  /** More bytes came: a stopping server waits for the next ones. */
  prolong(): void;
  clear(): void;
}

/**
 * Calls `fail` with `request-timeout` after `millis`, and with `shutting-down` when the server begins to stop and no
 * bytes come.
 */
export function bodyDeadline(
  millis: number,
  stopping: AbortSignal | undefined,
  fail: (error: LedgerError) => void,
): BodyDeadline {
  let stopTimer: NodeJS.Timeout | undefined;
  const onStopping = () => {
    const message = 'the server is stopping, and the rest of the body has not arrived';
    stopTimer = setTimeout(() => end('shutting-down', message), STOPPING_MILLIS);
  };
  const timer = setTimeout(
    () => end('request-timeout', `the body did not arrive within ${millis / 1000} s`),
    millis,
  );
  if (stopping?.aborted === true) onStopping();
  else stopping?.addEventListener('abort', onStopping);
  const clear = () => {
    clearTimeout(timer);
    clearTimeout(stopTimer);
    stopping?.removeEventListener('abort', onStopping);
  };
  const end = (code: string, message: string) => {
    clear();
    fail(new LedgerError(code, message));
  };
  return { prolong: () => void stopTimer?.refresh(), clear };
}

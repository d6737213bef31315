import type { Readable } from 'node:stream';
import { LedgerError } from '#event-sourcing';

/** How long a body may take: all of it, or each time that more is asked for. */
export type BodyTime = { readonly totalMillis: number } | { readonly idleMillis: number };

/** A stopping server waits this long (ms) for the next bytes of a body. */
const STOPPING_MILLIS = 1_000;

/**
 * The bytes of a request as they arrive. Throws `request-timeout` when they take too long, `request-aborted` when the
 * client leaves, and `shutting-down` when the server is `stopping` and nothing comes. The request stays open when
 * reading ends early, so that it can still be answered.
 */
export async function* timedBody(
  stream: Readable,
  time: BodyTime,
  stopping?: AbortSignal,
): AsyncGenerator<Buffer> {
  const bytes = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  const end = 'totalMillis' in time ? Date.now() + time.totalMillis : undefined;
  const most = 'totalMillis' in time ? time.totalMillis : time.idleMillis;
  for (;;) {
    const late = new LateBody(end === undefined ? most : end - Date.now(), most, stopping);
    const read = bytes.next().catch(() => {
      throw aborted();
    });
    const next = await Promise.race([read, late.expired]).finally(() => late.clear());
    if (next.done) return;
    yield next.value;
  }
}

/**
 * The client closed the connection before the body was complete: no answer can be sent, and it is no fault of the
 * server.
 */
export function aborted(): LedgerError {
  return new LedgerError('request-aborted', 'the connection was closed before the body was complete');
}

/** The time that the next bytes of a body may take. */
class LateBody {
  /** Rejects when the time is over. */
  readonly expired: Promise<never>;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly onStopping: () => void;

  constructor(
    millis: number,
    mostMillis: number,
    private readonly stopping: AbortSignal | undefined,
  ) {
    let reject: (error: Error) => void;
    this.expired = new Promise((_, rejected) => (reject = rejected));
    // The error is made when it is needed: its stack trace would cost each request a fifteenth of its time.
    const rejectIn = (after: number, code: string, message: string) =>
      this.timers.push(setTimeout(() => reject(new LedgerError(code, message)), Math.max(0, after)));
    rejectIn(millis, 'request-timeout', `the body did not come in ${mostMillis / 1000} s`);
    this.onStopping = () =>
      rejectIn(
        STOPPING_MILLIS,
        'shutting-down',
        'the server is stopping, and the rest of the body does not come',
      );
    if (stopping?.aborted === true) this.onStopping();
    else stopping?.addEventListener('abort', this.onStopping, { once: true });
  }

  clear(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.stopping?.removeEventListener('abort', this.onStopping);
  }
}

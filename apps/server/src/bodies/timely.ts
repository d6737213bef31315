import type { Readable } from 'node:stream';
import { LedgerError } from '#event-sourcing';

/** How long a body may take: all of it, or each time that more is asked for. */
export type BodyTime = { readonly totalMillis: number } | { readonly idleMillis: number };

/**
 * The bytes of a request as they come. Throws `request-timeout` when they take too long, `request-aborted` when the
 * client leaves. The request stays open when reading ends early, so that it can still be answered.
 */
export async function* timely(stream: Readable, time: BodyTime): AsyncGenerator<Buffer> {
  const bytes = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  const end = 'totalMillis' in time ? Date.now() + time.totalMillis : undefined;
  const most = 'totalMillis' in time ? time.totalMillis : time.idleMillis;
  for (;;) {
    const next = await within(bytes.next(), end === undefined ? most : end - Date.now(), most);
    if (next.done) return;
    yield next.value;
  }
}

/** The client has closed the connection before the body was complete: nobody hears the answer, and nothing is wrong here. */
export function aborted(): LedgerError {
  return new LedgerError('request-aborted', 'the connection was closed before the body was complete');
}

async function within<T>(awaited: Promise<T>, millis: number, most: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    const error = new LedgerError('request-timeout', `the body did not come in ${most / 1000} s`);
    timer = setTimeout(() => reject(error), Math.max(0, millis));
  });
  const read = awaited.catch(() => {
    throw aborted();
  });
  return Promise.race([read, late]).finally(() => clearTimeout(timer));
}

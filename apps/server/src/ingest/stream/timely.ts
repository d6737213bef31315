import type { Readable } from 'node:stream';
import { LedgerError } from '#event-sourcing';

/**
 * The bytes of a request as they come. Throws `request-timeout` when nothing comes for `idleMillis` although it is
 * asked for. The request stays open when reading ends early, so that it can still be answered.
 */
export async function* timely(stream: Readable, idleMillis: number): AsyncGenerator<Buffer> {
  const bytes = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  for (;;) {
    const next = await within(bytes.next(), idleMillis);
    if (next.done) return;
    yield next.value;
  }
}

async function within<T>(awaited: Promise<T>, millis: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    const error = new LedgerError('request-timeout', `nothing came for ${millis / 1000} s`);
    timer = setTimeout(() => reject(error), millis);
  });
  return Promise.race([awaited, late]).finally(() => clearTimeout(timer));
}

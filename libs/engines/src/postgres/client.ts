import { Client, type ClientConfig, type Pool, type PoolClient } from 'pg';
import { loopTimeout, withLoopTimeout } from '#threads';

const CONNECT_MILLIS = 4_000;

/** The server has not answered in time. */
export class AnswerLate extends Error {
  constructor() {
    super('no answer in time');
  }
}

/**
 * A connection whose deadlines count the time in which the event loop has run. The driver's own are plain timers: in a
 * process that is short of processor they fire before answers that have arrived.
 */
export class DeadlineClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    const cancel = loopTimeout(CONNECT_MILLIS, () => this.connection.stream.destroy());
    this.once('connect', cancel);
    this.once('end', cancel);
    this.on('error', () => undefined);
  }
}

/** An answer of a connection. Throws AnswerLate; the connection is closed then, and nothing else on it is answered. */
export function answerWithin<T>(
  millis: number,
  { connection }: Pick<Client, 'connection'>,
  answer: Promise<T>,
): Promise<T> {
  return withLoopTimeout(millis, answer, () => {
    connection.stream.destroy();
    return new AnswerLate();
  });
}

/** Does what sends statements, and sends them together: one system call, instead of one for each. */
export function sentTogether<T>({ connection: { stream } }: Pick<Client, 'connection'>, send: () => T): T {
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

/** A connection of a pool, once one is free or made. Throws AnswerLate; one that comes later goes back unused. */
export function connectionOf(pool: Pool): Promise<PoolClient> {
  const connecting = pool.connect();
  return withLoopTimeout(CONNECT_MILLIS, connecting, () => {
    connecting.then(
      (client) => client.release(),
      () => undefined,
    );
    return new AnswerLate();
  });
}

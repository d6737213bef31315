import { setMaxListeners } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { LedgerError } from '#event-sourcing';

declare module 'fastify' {
  interface FastifyRequest {
    /** Aborted when the server begins to stop: a body that does not go on arriving is then not waited for. */
    stopping?: AbortSignal;
  }
}

/** Counts the requests under way, and refuses new ones once the server is stopping. */
export class Drain {
  private underWay = 0;
  private readonly stopping = new AbortController();
  private emptied: () => void = () => undefined;

  /** Whether new requests are refused. */
  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Watches every request of the server; those that come while it stops get 503 `shutting-down`. */
  watch(instance: FastifyInstance): void {
    const { signal } = this.stopping;
    setMaxListeners(0, signal);
    instance.decorateRequest('stopping');
    instance.addHook('onRequest', (request, reply, done) => {
      request.stopping = signal;
      this.underWay++;
      reply.raw.once('close', () => this.leave());
      if (!signal.aborted) return done();
      void reply.header('connection', 'close');
      done(new LedgerError('shutting-down', 'the server is stopping; nothing was recorded'));
    });
  }

  /** Refuses what comes from now on and waits until what is under way has been answered, at most so long. */
  async run(instance: FastifyInstance, deadlineMillis: number): Promise<void> {
    this.stopping.abort();
    instance.server.close();
    instance.server.closeIdleConnections();
    if (this.underWay > 0) await this.untilEmpty(deadlineMillis);
    instance.server.closeAllConnections();
  }

  private untilEmpty(deadlineMillis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, deadlineMillis);
      this.emptied = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private leave(): void {
    this.underWay--;
    if (this.underWay === 0) this.emptied();
  }
}

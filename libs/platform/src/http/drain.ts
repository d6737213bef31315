import type { FastifyInstance } from 'fastify';
import { LedgerError } from '#event-sourcing';

/** Counts the requests under way, and refuses new ones once the server is stopping. */
export class Drain {
  private underWay = 0;
  private stopping = false;
  private emptied: () => void = () => undefined;

  /** Whether new requests are refused. */
  get isStopping(): boolean {
    return this.stopping;
  }

  /** Watches every request of the server; those that come while it stops get 503 `shutting-down`. */
  watch(instance: FastifyInstance): void {
    instance.addHook('onRequest', (_request, reply, done) => {
      this.underWay++;
      reply.raw.once('close', () => this.leave());
      if (!this.stopping) return done();
      void reply.header('connection', 'close');
      done(new LedgerError('shutting-down', 'the server is stopping; nothing was taken in'));
    });
  }

  /** Refuses what comes from now on and waits until what is under way has been answered, at most so long. */
  async run(instance: FastifyInstance, deadlineMillis: number): Promise<void> {
    this.stopping = true;
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

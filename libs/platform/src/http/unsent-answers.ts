import type { FastifyInstance, FastifyReply } from 'fastify';
import { LIMITS, Overloaded } from '#event-sourcing';
import { problemText } from '../problems/answer-problem.js';

/**
 * Bounds the memory of answers that clients have not taken yet, of all connections together: beyond it large answers
 * become `overloaded`, and a client that does not take its answer in time loses the connection.
 */
export class UnsentAnswers {
  private bytes = 0;

  constructor(
    private readonly mostBytes: number = LIMITS.unsentBytes,
    private readonly mostMillis: number = LIMITS.answerSeconds * 1000,
  ) {}

  /** Bytes that are waiting to be taken now. */
  get unsent(): number {
    return this.bytes;
  }

  watch(instance: FastifyInstance): void {
    instance.addHook('onSend', (request, reply, payload: unknown, done) => {
      if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return done(null, payload);
      const fits = this.bytes + payload.length <= this.mostBytes;
      const sent = fits ? payload : tooMuch(reply, request.id);
      this.hold(reply, Buffer.byteLength(sent));
      done(null, sent);
    });
  }

  private hold({ raw }: FastifyReply, bytes: number): void {
    this.bytes += bytes;
    const timer = setTimeout(() => raw.destroy(), this.mostMillis);
    raw.once('close', () => {
      clearTimeout(timer);
      this.bytes -= bytes;
    });
  }
}

function tooMuch(reply: FastifyReply, requestId: string): string {
  const error = new Overloaded(
    'the memory for answers is full, because clients read too slowly: ask again later',
    1,
  );
  for (const name of ['etag', 'content-length', 'content-encoding', 'cache-control'])
    reply.removeHeader(name);
  void reply.status(503).headers({ 'content-type': 'application/problem+json', 'retry-after': '1' });
  return problemText(error, requestId);
}

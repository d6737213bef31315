import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { RateLimited } from '#event-sourcing';
import type { Principal } from '#platform';
import type { Results } from '../results.js';
import { FairGate } from './fair-gate.js';
import { KeyRates, RATE_WINDOW } from './key-rates.js';

/**
 * Lets a request of events in when it is its tenant's turn and its key has something left to send; tells the key
 * what it has (RateLimit header fields, IETF draft). Before the body is parsed: a flood costs others little.
 */
@Injectable()
export class AdmitEvents implements NestInterceptor {
  constructor(
    private readonly gate: FairGate,
    private readonly rates: KeyRates,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const { principal, body } = http.getRequest<FastifyRequest>();
    // A stream is let in piece by piece, by the one who reads it.
    if (!Buffer.isBuffer(body)) return next.handle();
    return from(this.admit(principal!, body.length, http.getResponse<FastifyReply>(), next));
  }

  private async admit({ tenant, subject }: Principal, bytes: number, reply: FastifyReply, next: CallHandler) {
    const seconds = this.rates.secondsToWait(subject);
    if (seconds > 0) {
      this.tell(subject, reply);
      throw new RateLimited('this key has sent all that it may for now', seconds);
    }
    return this.gate.pass(tenant, bytes, async () => {
      const answer = (await lastValueFrom(next.handle())) as Results;
      this.rates.spend(subject, answer.results.length);
      this.tell(subject, reply);
      return answer;
    });
  }

  private tell(subject: string, reply: FastifyReply): void {
    const { quota, remaining, resetSeconds } = this.rates.allowance(subject);
    void reply.header('ratelimit-policy', `"events";q=${quota};w=${RATE_WINDOW}`);
    void reply.header('ratelimit', `"events";r=${remaining};t=${resetSeconds}`);
  }
}

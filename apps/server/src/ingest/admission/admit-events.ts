import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { decompressWhole, encodingOf } from '#compression';
import { LIMITS, RateLimited } from '#event-sourcing';
import { Settings } from '#platform';
import { FairGate } from './fair-gate.js';
import { KeyRates, RATE_WINDOW } from './key-rates.js';

/**
 * Admits a request of events in its tenant's turn and within its key's rate limit, and answers the remaining quota
 * (RateLimit header fields, IETF draft). The body is decompressed after admission, where it was counted with the
 * largest size it may have: many small compressed bodies take no more memory than large ones.
 */
@Injectable()
export class AdmitEvents implements NestInterceptor {
  constructor(
    private readonly gate: FairGate,
    private readonly rates: KeyRates,
    private readonly settings: Settings,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    // A stream is admitted in batches, by its reader.
    if (!Buffer.isBuffer(request.body)) return next.handle();
    return from(this.admit(request, request.body, http.getResponse<FastifyReply>(), next));
  }

  private async admit(request: FastifyRequest, body: Buffer, reply: FastifyReply, next: CallHandler) {
    const { tenant, subject } = request.principal!;
    const encoding = encodingOf(request.headers['content-encoding']);
    const seconds = this.rates.secondsToWait(subject);
    if (seconds > 0) {
      this.tell(subject, reply);
      throw new RateLimited('rate limit exceeded for this key; other keys are unaffected', seconds);
    }
    const { expandedLimit: mostBytes } = this.settings;
    const mostGrowth = LIMITS.expandedGrowth;
    const most = Math.min(mostBytes, LIMITS.expandedFree + mostGrowth * body.length);
    return this.gate.pass(tenant, encoding === undefined ? body.length : most, async (shrink) => {
      if (encoding !== undefined) {
        const unpacked = await decompressWhole(encoding, body, { mostBytes, mostGrowth });
        shrink(unpacked.length);
        request.body = unpacked;
      }
      const answer: unknown = await lastValueFrom(next.handle());
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

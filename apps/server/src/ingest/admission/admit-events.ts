import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decompressWhole, encodingOf } from '#compression';
import { LIMITS, RateLimited } from '#event-sourcing';
import { Settings } from '#platform';
import { FairGate } from './fair-gate.js';
import { KeyRates, RATE_WINDOW } from './key-rates.js';

/** Admits requests of events in their tenant's turn and within their key's rate limit. */
@Injectable()
export class AdmitEvents {
  constructor(
    private readonly gate: FairGate,
    private readonly rates: KeyRates,
    private readonly settings: Settings,
  ) {}

  /**
   * The answer of `work`, once the request is admitted; the headers tell the remaining quota (RateLimit header fields,
   * IETF draft). The body is decompressed after admission, where it was counted with the largest size it may have: many
   * small compressed bodies take no more memory than large ones.
   */
  async admit<T>(request: FastifyRequest, reply: FastifyReply, work: () => Promise<T>): Promise<T> {
    const { body } = request;
    // A stream is admitted in batches, by its reader.
    if (!Buffer.isBuffer(body)) return work();
    const { tenant, subject } = request.principal!;
    const encoding = encodingOf(request.headers['content-encoding']);
    const seconds = this.rates.secondsToWait(subject);
    if (seconds > 0) {
      this.addQuota(subject, reply);
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
      const answer = await work();
      this.addQuota(subject, reply);
      return answer;
    });
  }

  private addQuota(subject: string, reply: FastifyReply): void {
    const { quota, remaining, resetSeconds } = this.rates.allowance(subject);
    void reply.header('ratelimit-policy', `"events";q=${quota};w=${RATE_WINDOW}`);
    void reply.header('ratelimit', `"events";r=${remaining};t=${resetSeconds}`);
  }
}

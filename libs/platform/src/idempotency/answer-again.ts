import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { InvalidInput, LedgerError } from '#event-sourcing';
import { JsonText } from '../http/json-text.js';
import { problemOf } from '../problems/problem.js';
import { KeptAnswers } from './kept-answers.js';
import type { IdempotencyOwner, KeptOutcome } from './kept-answers.js';

/** The header of the IETF draft draft-ietf-httpapi-idempotency-key-header. */
const HEADER = 'idempotency-key';
const KEY = /^[\x21\x23-\x7e]{1,255}$/;

/**
 * Answers a request that comes again under the same `Idempotency-Key` as it was answered first. Throws
 * `idempotency-key-reused` when it is another request, `request-under-way` while the first is being worked on.
 */
@Injectable()
export class AnswerAgain implements NestInterceptor {
  private readonly underWay = new Set<string>();

  constructor(private readonly kept: KeptAnswers) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const written = request.headers[HEADER];
    // A stream is not collected, so it cannot be told from another; its events are idempotent by their ids.
    if (written === undefined || !(Buffer.isBuffer(request.body) || request.body === undefined))
      return next.handle();
    return from(
      this.once(ownerOf(request, written.toString()), request, http.getResponse<FastifyReply>(), next),
    );
  }

  private async once(
    owner: IdempotencyOwner,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ) {
    const fingerprint = fingerprintOf(request);
    const before = await this.kept.find(owner);
    if (before !== undefined && before.fingerprint !== fingerprint) {
      throw new LedgerError('idempotency-key-reused', 'another request came under this key: take a new one');
    }
    if (before !== undefined) return again(before.outcome, reply);
    const name = JSON.stringify(owner);
    if (this.underWay.has(name)) {
      throw new LedgerError('request-under-way', 'the same request is being worked on: ask again later');
    }
    this.underWay.add(name);
    try {
      return await this.first(owner, fingerprint, next);
    } finally {
      this.underWay.delete(name);
    }
  }

  private async first(owner: IdempotencyOwner, fingerprint: string, next: CallHandler): Promise<unknown> {
    const keep = (outcome: KeptOutcome) => this.kept.keep(owner, { fingerprint, outcome, at: Date.now() });
    try {
      const answer: unknown = await lastValueFrom(next.handle());
      const body = JSON.stringify(answer);
      await keep({ body });
      return new JsonText(body);
    } catch (error) {
      if (isFinal(error)) {
        const { code, message, details } = error;
        await keep({ problem: { code, message, details } });
      }
      throw error;
    }
  }
}

/** Whether the same request would be refused again: not so where waiting helps, or the fault is ours. */
function isFinal(error: unknown): error is LedgerError {
  const { status } = problemOf(error);
  return error instanceof LedgerError && status < 500 && status !== 429 && status !== 408;
}

function again(outcome: KeptOutcome, reply: FastifyReply): JsonText {
  void reply.header('idempotency-replayed', 'true');
  if ('body' in outcome) return new JsonText(outcome.body);
  const { code, message, details } = outcome.problem;
  throw new LedgerError(code, message, details as Record<string, unknown>);
}

/** The draft writes the key as a quoted string; many send it bare. */
function ownerOf({ principal }: FastifyRequest, written: string): IdempotencyOwner {
  const key = /^"(.*)"$/.exec(written)?.[1] ?? written;
  if (!KEY.test(key)) {
    const detail = 'must be 1 to 255 printable characters, without blanks';
    throw new InvalidInput('invalid-idempotency-key', `Idempotency-Key ${detail}`, [
      { pointer: `/${HEADER}`, detail },
    ]);
  }
  const { tenant, subject } = principal!;
  return { tenant, subject, key };
}

function fingerprintOf({ method, url, headers, body }: FastifyRequest): string {
  const attributes = Object.entries(headers).filter(
    ([name]) => name.startsWith('ce-') || name === 'content-type',
  );
  const head = JSON.stringify([method, url, attributes.sort()]);
  return hash(
    'sha256',
    Buffer.concat([Buffer.from(head), (body as Buffer | undefined) ?? Buffer.alloc(0)]),
    'hex',
  );
}

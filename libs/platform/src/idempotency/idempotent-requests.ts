import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidInput, LedgerError, LIMITS } from '#event-sourcing';
import { JsonText } from '../http/json-text.js';
import { isFinalAnswer, isFinalCode } from './final-answer.js';
import { IdempotencyStore } from './idempotency-store.js';
import type { IdempotencyOwner, StoredOutcome } from './idempotency-store.js';

/** The header of the IETF draft draft-ietf-httpapi-idempotency-key-header. */
const HEADER = 'idempotency-key';
const logger = new Logger('Idempotency');
const KEY = /^[\x21\x23-\x7e]+$/;

/** Answers requests that carry an `Idempotency-Key`. */
@Injectable()
export class IdempotentRequests {
  private readonly underWay = new Set<string>();

  constructor(private readonly answers: IdempotencyStore) {}

  /**
   * The answer of `work`, or the first answer to a request with the same `Idempotency-Key`, where that answer was
   * final; where a part may be accepted later (its time was ahead of the clock), the request is processed again. Throws
   * `idempotency-key-reused` when it is another request, `request-under-way` while the first is in progress.
   */
  answer<T>(request: FastifyRequest, reply: FastifyReply, work: () => Promise<T>): Promise<T | JsonText> {
    const written = request.headers[HEADER];
    if (written === undefined) return work();
    // A stream is not buffered, so it has no fingerprint; its events are idempotent by their ids. A dry run
    // stores nothing, also no answer.
    const { dryRun } = request.query as { readonly dryRun?: unknown };
    const isWhole = Buffer.isBuffer(request.body) || request.body === undefined;
    if (dryRun === 'true' || !isWhole) return work();
    return this.once(ownerOf(request, written.toString()), request, reply, work);
  }

  private async once(
    owner: IdempotencyOwner,
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<unknown>,
  ): Promise<JsonText> {
    const fingerprint = fingerprintOf(request);
    const before = await this.answers.find(owner);
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
      return await this.first(owner, fingerprint, work);
    } finally {
      this.underWay.delete(name);
    }
  }

  private async first(
    owner: IdempotencyOwner,
    fingerprint: string,
    work: () => Promise<unknown>,
  ): Promise<JsonText> {
    try {
      const answer = await work();
      const body = JSON.stringify(answer);
      if (isFinalAnswer(answer)) await this.store(owner, fingerprint, { body });
      return new JsonText(body);
    } catch (error) {
      if (error instanceof LedgerError && isFinalCode(error.code)) {
        const { code, message, details } = error;
        await this.store(owner, fingerprint, { problem: { code, message, details } });
      }
      throw error;
    }
  }

  /** An answer that cannot be stored is not repeated later; the request was answered, and is idempotent itself. */
  private async store(owner: IdempotencyOwner, fingerprint: string, outcome: StoredOutcome): Promise<void> {
    if (JSON.stringify(outcome).length > LIMITS.idempotentAnswerBytes) return;
    try {
      await this.answers.keep(owner, { fingerprint, outcome, at: Date.now() });
    } catch (error) {
      logger.warn({ event: 'idempotent answer not stored', reason: codeOf(error) });
    }
  }
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown }).code ?? 'unknown');
}

function again(outcome: StoredOutcome, reply: FastifyReply): JsonText {
  void reply.header('idempotency-replayed', 'true');
  if ('body' in outcome) return new JsonText(outcome.body);
  const { code, message, details } = outcome.problem;
  throw new LedgerError(code, message, details as Record<string, unknown>);
}

/** The draft writes the key as a quoted string; many send it bare. */
function ownerOf({ principal }: FastifyRequest, written: string): IdempotencyOwner {
  const key = /^"(.*)"$/.exec(written)?.[1] ?? written;
  if (key.length > LIMITS.idempotencyKey || !KEY.test(key)) {
    const detail = `must be 1 to ${LIMITS.idempotencyKey} printable characters, without blanks`;
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
  const fingerprint = createHash('sha256').update(JSON.stringify([method, url, attributes.sort()]));
  return fingerprint.update((body as Buffer | undefined) ?? '').digest('hex');
}

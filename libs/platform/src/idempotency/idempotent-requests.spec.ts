import { describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidInput, LedgerError, StoreFault } from '#event-sourcing';
import { JsonText } from '../http/json-text.js';
import { IdempotentRequests } from './idempotent-requests.js';
import { IdempotencyStore } from './idempotency-store.js';
import type { IdempotencyOwner, StoredAnswer } from './idempotency-store.js';

class MemoryStore extends IdempotencyStore {
  readonly answers = new Map<string, StoredAnswer>();

  async find({ key }: IdempotencyOwner): Promise<StoredAnswer | undefined> {
    return this.answers.get(key);
  }

  async keep({ key }: IdempotencyOwner, answer: StoredAnswer): Promise<void> {
    this.answers.set(key, answer);
  }

  async forgetBefore(): Promise<void> {
    this.answers.clear();
  }

  async forgetTenant(): Promise<number> {
    const { size } = this.answers;
    this.answers.clear();
    return size;
  }
}

/** Its disk is full. */
class FullStore extends MemoryStore {
  override async keep(): Promise<void> {
    throw new StoreFault('store-full', 'there is no room left');
  }
}

const REQUEST = {
  method: 'POST',
  url: '/v1/events',
  headers: { 'idempotency-key': 'k' },
  query: {},
  body: Buffer.from('{}'),
  principal: { tenant: 't', subject: 's' },
} as unknown as FastifyRequest;
const REPLY = { header: () => REPLY } as unknown as FastifyReply;

function answerOf(store: IdempotencyStore, work: () => Promise<unknown>): Promise<unknown> {
  return new IdempotentRequests(store).answer(REQUEST, REPLY, work);
}

const fails = (error: Error) => () => Promise.reject(error);

describe('the answer to a request with an Idempotency-Key', () => {
  it('C20: is the one that was earned, also when it cannot be stored', async () => {
    const recorded = { results: [{ status: 'recorded' }] };
    expect(await answerOf(new FullStore(), async () => recorded)).toEqual(
      new JsonText(JSON.stringify(recorded)),
    );
    const invalid = new InvalidInput('invalid-event', 'no', []);
    await expect(answerOf(new FullStore(), fails(invalid))).rejects.toBe(invalid);
  });

  it('A20: is stored only where it is final', async () => {
    const store = new MemoryStore();
    const rejected = (code: string) => ({
      results: [{ status: 'recorded' }, { problem: { type: `urn:cx-ledger:problem:${code}` } }],
    });
    for (const code of ['time-in-future', 'abandoned', 'unknown-type']) {
      await answerOf(store, async () => rejected(code));
      await answerOf(store, fails(new LedgerError(code, 'not now'))).catch(() => undefined);
      expect([code, store.answers.size]).toEqual([code, 0]);
    }
    await answerOf(store, async () => rejected('invalid-event'));
    expect(store.answers.size).toBe(1);
  });

  it('C2: is not stored where it is larger than a mebibyte', async () => {
    const store = new MemoryStore();
    await answerOf(store, async () => ({ results: [{ id: 'x'.repeat(1_048_576) }] }));
    expect(store.answers.size).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationsStore } from '#engines';
import { type EmbeddedKeyStore, openKeyStore, openSideStores } from '#engines/sqlite';
import { DeadLetterBox } from './dead-letter-box.js';
import { Intake } from './intake.js';
import { filesHolding } from '../../../test/kit/folder-files.js';
import { MemoryEventStore } from '../../../test/kit/memory-event-store.js';

const NOON = Date.UTC(2026, 0, 31, 12);
const publisher = { tenant: 'default', id: 'key-1' };

const raised = (more: Record<string, unknown> = {}) => ({
  ...{ specversion: '1.0', type: 'cx.IssueRaised.v1', source: '/desk', id: '1', subject: 'C-1' },
  time: '2026-01-31T11:00:00Z',
  data: {
    issueId: 'I-1',
    category: 'billing',
    severity: 'high',
    description: 'Zephyrine Quartermain is angry',
  },
  ...more,
});

describe('the dead-letter box', () => {
  let folder: string;
  let now: number;
  let operations: OperationsStore;
  let keys: EmbeddedKeyStore;
  let store: MemoryEventStore;
  let box: DeadLetterBox;

  async function open(): Promise<void> {
    operations = (await openSideStores({ operations: { folder } })).operations;
    keys = await openKeyStore({ folder, masterKey: new Uint8Array(32).fill(7) });
    const clock = { now: () => now };
    box = new DeadLetterBox({
      store: operations.deadLetters,
      keys,
      clock,
      intake: new Intake({ store, keys, clock }),
    });
  }
  async function close(): Promise<void> {
    await operations.close();
    await keys.close();
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cx-dead-'));
    now = NOON;
    store = new MemoryEventStore();
    await open();
  });
  afterEach(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const waiting = () => operations.deadLetters.list({ tenant: 'default', state: 'waiting', limit: 100 });
  const put = (event: unknown, code = 'unknown-type', origin = 'kafka t/0@1', tenant = 'default') =>
    box.put([{ tenant, origin, reason: { code, detail: 'why' }, body: { event } }]);

  it('keeps what came through a restart, sealed on disk, and gives it back to those who may see it', async () => {
    await put(raised());
    await close();
    expect(filesHolding(folder, (bytes) => bytes.includes('Zephyrine'))).toEqual([]);
    await open();
    const [letter] = await waiting();
    expect((await box.open('default', letter!.id)).body).toEqual({ event: raised() });
  });

  it('puts the same delivery away once', async () => {
    await put(raised());
    await put(raised());
    expect(await waiting()).toHaveLength(1);
  });

  it('records a letter when it is retried, and keeps the trace', async () => {
    await put(raised());
    const [letter] = await waiting();
    now = NOON + 60_000;
    expect(await box.retry(publisher, letter!.id)).toMatchObject({ position: '1' });
    expect(await waiting()).toEqual([]);
    const trace = { state: 'recorded', position: '1', attempts: 1, retriedAt: now, retriedBy: 'key-1' };
    const kept = () => operations.deadLetters.get('default', letter!.id);
    expect(await kept()).toMatchObject(trace);
    now += 60_000;
    expect(await box.retry({ ...publisher, id: 'key-2' }, letter!.id)).toMatchObject({ position: '1' });
    expect(await store.head()).toBe(1n);
    await close();
    await open();
    expect(await kept()).toMatchObject(trace);
  });

  it('keeps a letter that is refused again, with its new reason', async () => {
    await put(raised({ type: 'cx.IssueRaisd.v1' }));
    const [letter] = await waiting();
    const outcome = await box.retry(publisher, letter!.id);
    expect(outcome.reason).toMatchObject({ code: 'unknown-type' });
    expect(await waiting()).toMatchObject([
      { attempts: 1, retriedBy: 'key-1', retriedAt: NOON, reason: { code: 'unknown-type' } },
    ]);
  });

  it('retries all, or those of one reason', async () => {
    await put(raised(), 'store-full', 'a');
    await put(raised({ id: '2', type: 'cx.Nonsense.v1' }), 'unknown-type', 'b');
    expect(await box.retryAll(publisher, 'store-full')).toEqual({ recorded: 1, refused: 0 });
    expect(await box.retryAll(publisher)).toEqual({ recorded: 0, refused: 1 });
  });

  it('retries an event of the future by itself when its time has come', async () => {
    await put(raised({ time: '2026-01-31T13:00:00Z' }), 'time-in-future');
    expect(await box.retryDue()).toBe(0);
    now = NOON + 3_600_000;
    expect(await box.retryDue()).toBe(1);
    expect(await waiting()).toEqual([]);
    const [letter] = await operations.deadLetters.list({ tenant: 'default', limit: 1 });
    expect(letter).toMatchObject({ state: 'recorded', retriedBy: 'dead-letters', retriedAt: now });
  });

  it('is read on behind a letter that was deleted meanwhile', async () => {
    for (const origin of ['a', 'b', 'c']) await put(raised(), 'unknown-type', origin);
    const read = { tenant: 'default', limit: 2 };
    const [first, second] = await operations.deadLetters.list(read);
    expect(await operations.deadLetters.delete('default', second!.id)).toBe(true);
    const rest = await operations.deadLetters.list({ ...read, after: second!.number });
    expect([first!.origin, ...rest.map(({ origin }) => origin)]).toEqual(['a', 'c']);
  });

  it("shows one tenant nothing of another's", async () => {
    await put(raised());
    const [letter] = await waiting();
    await expect(box.open('other', letter!.id)).rejects.toThrow('no such dead letter');
    await expect(box.retry({ ...publisher, tenant: 'other' }, letter!.id)).rejects.toThrow(
      'no such dead letter',
    );
    expect(await operations.deadLetters.delete('other', letter!.id)).toBe(false);
    expect(await operations.deadLetters.delete('default', letter!.id)).toBe(true);
  });

  it('keeps a letter in the outbox once, also through a restart and when the letter is deleted', async () => {
    await put(raised(), 'unknown-type', 'kafka t/0@1');
    await put(raised(), 'unknown-type', 'kafka t/0@1');
    await put(raised({ id: '2' }), 'unknown-type', 'kafka t/0@2');
    const [letter] = await waiting();
    await operations.deadLetters.delete('default', letter!.id);
    await close();
    await open();
    const unpublished = await operations.deadLetterOutbox.first(10);
    expect(unpublished.map(({ tenant, origin, reason }) => [tenant, origin, reason.code])).toEqual([
      ['default', 'kafka t/0@1', 'unknown-type'],
      ['default', 'kafka t/0@2', 'unknown-type'],
    ]);
    await operations.deadLetterOutbox.markPublished(unpublished[0]!.number);
    expect(await operations.deadLetterOutbox.first(10)).toEqual([unpublished[1]]);
  });

  it('never gives a letter in the outbox the number of a published one', async () => {
    await put(raised(), 'unknown-type', 'kafka t/0@1');
    const [first] = await operations.deadLetterOutbox.first(10);
    await operations.deadLetterOutbox.markPublished(first!.number);
    await put(raised(), 'unknown-type', 'kafka t/0@2');
    const [second] = await operations.deadLetterOutbox.first(10);
    await operations.deadLetterOutbox.markPublished(first!.number);
    expect(await operations.deadLetterOutbox.first(10)).toEqual([second]);
  });

  it('makes no keys for a customer who is known by refused input only', async () => {
    await put(raised({ subject: 'somebody@example.org' }), 'personal-identifier');
    const [letter] = await waiting();
    expect(letter!.customer).toBeNull();
    expect(filesHolding(folder, (bytes) => bytes.includes('somebody@example.org'))).toEqual([]);
  });
});

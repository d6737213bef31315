import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OperationsStore } from '#engines';
import { START, storedPosition } from '#event-sourcing';
import type { NewDeadLetter } from '#intake';

/** A place with operations stores, to be opened again and again. */
export interface OperationsStorePlace {
  open(): Promise<OperationsStore>;
  /** Takes the place away. */
  remove(): Promise<void>;
}

const letter = (id: string, more: Partial<NewDeadLetter> = {}): NewDeadLetter => ({
  ...{ id, tenant: 'shop', arrivedAt: 5, origin: `kafka t/0@${id}`, sealed: `sealed ${id}`, customer: null },
  ...{ reason: { code: 'invalid-event', detail: 'why “Ärger” \u0000' }, retryAt: null },
  ...more,
});

/** What the operations stores of every engine must do. */
export function operationsStoreContract(name: string, place: () => Promise<OperationsStorePlace>): void {
  describe(`${name} as operations stores`, () => {
    let where: OperationsStorePlace;
    let store: OperationsStore;
    beforeEach(async () => {
      where = await place();
      store = await where.open();
    });
    afterEach(async () => {
      await store.close();
      await where.remove();
    });
    const reopen = async () => {
      await store.close();
      store = await where.open();
    };

    describe('dead letters', () => {
      it('are given back as they were added, opened again too', async () => {
        await store.deadLetters.add([letter('a', { customer: 'ada', retryAt: 9 })]);
        await reopen();
        const { number, ...kept } = (await store.deadLetters.get('shop', 'a'))!;
        expect(number).toBeGreaterThan(0);
        expect(kept).toEqual({
          ...letter('a', { customer: 'ada', retryAt: 9 }),
          ...{ attempts: 0, retriedAt: null, retriedBy: null, state: 'waiting', position: null },
        });
        expect(await store.deadLetters.get('other', 'a')).toBeUndefined();
      });

      it('are kept once an origin of a tenant', async () => {
        await store.deadLetters.add([letter('a'), letter('b', { origin: letter('a').origin })]);
        await store.deadLetters.add([letter('c', { origin: letter('a').origin })]);
        await store.deadLetters.add([letter('d', { origin: letter('a').origin, tenant: 'other' })]);
        const ids = async (tenant: string) =>
          (await store.deadLetters.list({ tenant, limit: 9 })).map(({ id }) => id);
        expect([await ids('shop'), await ids('other')]).toEqual([['a'], ['d']]);
        expect((await store.deadLetterOutbox.first(9)).map(({ tenant }) => tenant)).toEqual([
          'shop',
          'other',
        ]);
      });

      it('are listed in the order of their adding, page by page, by state and code', async () => {
        await store.deadLetters.add([letter('z'), letter('a'), letter('m')]);
        const reason = { code: 'time-in-future', detail: 'later' };
        await store.deadLetters.retried([
          { id: 'a', at: 7, by: 'me', position: '12' },
          { id: 'm', at: 8, by: 'dead-letters', reason, retryAt: 99 },
        ]);
        const list = async (query: object) =>
          (await store.deadLetters.list({ tenant: 'shop', limit: 9, ...query })).map(({ id }) => id);
        expect(await list({})).toEqual(['z', 'a', 'm']);
        const [first] = await store.deadLetters.list({ tenant: 'shop', limit: 1 });
        expect(await list({ after: first!.number })).toEqual(['a', 'm']);
        expect(await list({ state: 'waiting' })).toEqual(['z', 'm']);
        expect(await list({ state: 'waiting', code: 'time-in-future' })).toEqual(['m']);
        expect(await store.deadLetters.count('shop')).toEqual({ waiting: 2, recorded: 1 });
        expect(await store.deadLetters.count('none')).toEqual({ waiting: 0, recorded: 0 });
      });

      it('keep the first outcome that worked, and count attempts', async () => {
        await store.deadLetters.add([letter('a', { retryAt: 3 })]);
        await store.deadLetters.retried([{ id: 'a', at: 4, by: 'x', reason: { code: 'c', detail: 'd' } }]);
        await store.deadLetters.retried([{ id: 'a', at: 5, by: 'y', position: '7' }]);
        await store.deadLetters.retried([{ id: 'a', at: 6, by: 'z', position: '8' }]);
        const { attempts, retriedAt, retriedBy, state, position, retryAt } = (await store.deadLetters.get(
          'shop',
          'a',
        ))!;
        expect({ attempts, retriedAt, retriedBy, state, position, retryAt }).toEqual({
          ...{ attempts: 2, retriedAt: 5, retriedBy: 'y', state: 'recorded', position: '7', retryAt: null },
        });
      });

      it('are due when their time has come, the earliest first', async () => {
        await store.deadLetters.add([
          letter('late', { retryAt: 30 }),
          letter('second', { retryAt: 20 }),
          letter('first', { retryAt: 10, tenant: 'other' }),
          letter('never'),
        ]);
        expect((await store.deadLetters.due(20, 9)).map(({ id }) => id)).toEqual(['first', 'second']);
        expect((await store.deadLetters.due(20, 1)).map(({ id }) => id)).toEqual(['first']);
      });

      it('are deleted once, in their tenant only', async () => {
        await store.deadLetters.add([letter('a')]);
        expect(await store.deadLetters.delete('other', 'a')).toBe(false);
        expect(await store.deadLetters.delete('shop', 'a')).toBe(true);
        expect(await store.deadLetters.delete('shop', 'a')).toBe(false);
      });

      it('wait to be published until they are, deleted or not', async () => {
        await store.deadLetters.add([letter('a'), letter('b'), letter('c')]);
        await store.deadLetters.delete('shop', 'b');
        const waiting = await store.deadLetterOutbox.first(2);
        expect(waiting.map(({ origin, reason }) => [origin, reason.code])).toEqual([
          ['kafka t/0@a', 'invalid-event'],
          ['kafka t/0@b', 'invalid-event'],
        ]);
        await store.deadLetterOutbox.markPublished(waiting[1]!.number);
        expect((await store.deadLetterOutbox.first(9)).map(({ origin }) => origin)).toEqual(['kafka t/0@c']);
      });

      it('are numbered in the order in which they become visible, however many add at one time', async () => {
        const adding = Array.from({ length: 20 }, (_, i) =>
          store.deadLetters.add([letter(`${i}-a`), letter(`${i}-b`)]),
        );
        const seen: number[] = [];
        let added = false;
        void Promise.all(adding).then(() => (added = true));
        for (let last = false; !last;) {
          last = added;
          const page = await store.deadLetters.list({ tenant: 'shop', after: seen.at(-1) ?? 0, limit: 100 });
          seen.push(...page.map(({ number }) => number));
        }
        expect(seen).toHaveLength(40);
      });
    });

    it('relay positions belong to one log, in one of its epochs', async () => {
      const of = (storeId: string, epoch: string) => store.relayPositionsOf({ storeId, epoch });
      expect(await of('one', 'first').get('cx.recorded')).toBe(START);
      await of('one', 'first').set('cx.recorded', storedPosition(2n ** 60n));
      await of('one', 'first').set('cx.views', storedPosition(3));
      await reopen();
      expect(await of('one', 'first').get('cx.recorded')).toBe(2n ** 60n);
      expect(await of('one', 'later').get('cx.recorded')).toBe(START);
      expect(await of('two', 'first').get('cx.recorded')).toBe(START);
    });

    it('stored answers belong to one caller, and are forgotten when they are old', async () => {
      const owner = { tenant: 'shop', subject: 'key:1', key: 'k' };
      const problem = { code: 'invalid-event', message: 'm', details: { pointer: '/time' } };
      const answer = { fingerprint: 'f', outcome: { problem }, at: 10 };
      await store.idempotency.keep(owner, { fingerprint: 'old', outcome: { body: '{}' }, at: 5 });
      await store.idempotency.keep(owner, answer);
      await reopen();
      expect(await store.idempotency.find(owner)).toEqual(answer);
      expect(await store.idempotency.find({ ...owner, subject: 'key:2' })).toBeUndefined();
      await store.idempotency.forgetBefore(10);
      expect(await store.idempotency.find(owner)).toEqual(answer);
      await store.idempotency.forgetBefore(11);
      expect(await store.idempotency.find(owner)).toBeUndefined();
    });

    it('import records hold the longest files of a data set, and when it was undone', async () => {
      const { importRecords } = store;
      const sha = (bytes: number) => String(bytes).padStart(64, '0');
      const wanted = (bytes: number, replaces = false) => ({
        ...{ dataset: 'tickets', source: '/tickets', replaces },
        file: { bytes, sha256: sha(bytes) },
      });
      expect(await importRecords.get('shop', 'tickets')).toBeUndefined();
      for (let bytes = 1; bytes <= 25; bytes++) await importRecords.register('shop', wanted(bytes));
      const kept = Array.from({ length: 20 }, (_, i) => ({ bytes: i + 6, sha256: sha(i + 6) }));
      const record = { dataset: 'tickets', source: '/tickets' };
      expect(await importRecords.get('shop', 'tickets')).toEqual({ ...record, files: kept, undoneAt: null });
      await importRecords.register('shop', wanted(7, true));
      await importRecords.markUndone('shop', 'tickets', 50);
      await importRecords.markUndone('shop', 'tickets', 60);
      expect(await importRecords.get('shop', 'tickets')).toEqual({
        ...record,
        files: [{ bytes: 7, sha256: sha(7) }],
        undoneAt: 50,
      });
    });
  });
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aliasHash, type CachedKeyStore, type ErasureOrder, type KeyOwner, sealingKeysOf } from '#privacy';
import type { KeyStorePlace } from './key-store.contract.js';

const MASTER = Buffer.alloc(32, 7);
const order = (id: string, customer = 'ada', tenant = 'default'): ErasureOrder => ({
  ...{ id, tenant, customer, reason: 'she asked “for it”', requestedBy: 'operator', requestId: 'r-1' },
  requestedAt: 1_000,
});
const owner = (customer: string, tenant = 'default'): KeyOwner => ({ tenant, customer });
const hash = (value: string) => aliasHash(sealingKeysOf(Buffer.alloc(32, 9)), 'crm', value);

/** What every store of keys must do about erasures and aliases. */
export function erasureStoreContract(name: string, place: () => Promise<KeyStorePlace>): void {
  describe(`13.3: ${name} as a store of erasures`, () => {
    let where: KeyStorePlace;
    let store: CachedKeyStore;
    const opened: CachedKeyStore[] = [];
    const open = async () => {
      const one = await where.open({ masterKey: MASTER });
      opened.push(one);
      return one;
    };
    beforeEach(async () => {
      where = await place();
      store = await open();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
      await where.remove();
    });

    it('marks customers as erased before anything is deleted: their keys are neither found nor made', async () => {
      await store.ensure([owner('ada'), owner('bob')]);
      const { members, ...record } = await store.erasures.fence(order('e1'), ['ada', 'never-seen']);
      expect(record).toEqual({
        ...{ ...order('e1'), number: expect.any(Number) },
        ...{ destroyedAt: null, finishedAt: null, copies: null },
      });
      expect(members).toEqual([
        { customer: 'ada', keyDigest: expect.stringMatching(/^[0-9a-f]{64}$/), aliases: null },
        { customer: 'never-seen', keyDigest: null, aliases: null },
      ]);
      await store.followErasures();
      expect(await store.find([owner('ada')])).toEqual([undefined]);
      for (const erased of ['ada', 'never-seen'])
        await expect(store.ensure([owner(erased)])).rejects.toMatchObject({ code: 'customer-erased' });
      const found = await store.find([owner('bob'), { tenant: 'default' }, owner('ada', 'other')]);
      expect(found.map((keys) => keys !== undefined)).toEqual([true, false, false]);
      await expect(store.ensure([owner('ada', 'other')])).resolves.toHaveLength(1);
      const among = await store.erasedAmong([owner('bob'), owner('ada'), owner('ada', 'other')]);
      expect([...among.keys()]).toEqual([1]);
      expect(among.get(1)).toMatchObject({ ...owner('ada'), erasure: 'e1', erasedAt: 1_000 });
    });

    it('tells another process, which forgets the keys, and one that asks first', async () => {
      const other = await open();
      await other.ensure([owner('ada')]);
      expect((await other.erasedAmong([owner('ada')])).size).toBe(0);
      await store.erasures.fence(order('e1'), ['ada']);
      await other.followErasures();
      expect(await other.find([owner('ada')])).toEqual([undefined]);
      expect((await other.erasedAmong([owner('ada')])).size).toBe(1);
      const late = await open();
      await expect(late.ensure([owner('ada')])).rejects.toMatchObject({ code: 'customer-erased' });
      expect((await late.erasedAmong([owner('ada')])).size).toBe(1);
    });

    it('destroys keys and aliases of all members, again where it is asked again, and of nobody else', async () => {
      await store.ensure([owner('ada'), owner('ann'), owner('bob'), owner('ada', 'other')]);
      await store.aliases.add([
        { tenant: 'default', hash: hash('1'), customer: 'ada' },
        { tenant: 'default', hash: hash('1'), customer: 'ada' },
        { tenant: 'default', hash: hash('1'), customer: 'bob' },
        { tenant: 'default', hash: hash('2'), customer: 'ann' },
        { tenant: 'other', hash: hash('1'), customer: 'ada' },
      ]);
      expect(await store.aliases.find('default', hash('1'), 10)).toEqual(['ada', 'bob']);
      await store.erasures.fence(order('e1'), ['ada']);
      await store.erasures.fence(order('e1'), ['ada', 'ann']);
      await store.erasures.destroy('e1', 2_000);
      const { members, destroyedAt } = await store.erasures.destroy('e1', 2_000);
      expect(destroyedAt).toBe(2_000);
      expect(members.map(({ customer, aliases }) => [customer, aliases])).toEqual([
        ['ada', 1],
        ['ann', 1],
      ]);
      expect(await store.aliases.find('default', hash('1'), 10)).toEqual(['bob']);
      expect(await store.aliases.find('other', hash('1'), 10)).toEqual(['ada']);
      await store.aliases.add([{ tenant: 'default', hash: hash('1'), customer: 'ada' }]);
      expect(await store.aliases.find('default', hash('1'), 10)).toEqual(['bob']);
      const again = await open();
      const kept = await again.find([owner('ada'), owner('ann'), owner('bob'), owner('ada', 'other')]);
      expect(kept.map((keys) => keys !== undefined)).toEqual([false, false, true, true]);
    });

    it('keeps a customer with the first erasure, and knows which erasures are unfinished', async () => {
      await store.ensure([owner('ada'), owner('ann')]);
      await store.erasures.fence(order('e1'), ['ada']);
      await store.erasures.fence(order('e2', 'ann'), ['ada', 'ann']);
      const unfinished = await store.erasures.unfinished(10);
      expect(unfinished.map(({ id, members }) => [id, members.map(({ customer }) => customer)])).toEqual([
        ['e1', ['ada']],
        ['e2', ['ann']],
      ]);
      const finished = await store.erasures.finish('e1', 3_000, { deadLetters: 2, storedAnswers: 5 });
      expect(finished).toMatchObject({ finishedAt: 3_000, copies: { deadLetters: 2, storedAnswers: 5 } });
      expect((await store.erasures.unfinished(10)).map(({ id }) => id)).toEqual(['e2']);
      expect((await store.erasures.find([owner('ann'), owner('bob')])).map((one) => one?.erasure)).toEqual([
        'e2',
        undefined,
      ]);
    });

    it('lists the erasures of a tenant, the newest first, page by page, and gives one of its own', async () => {
      for (const id of ['e1', 'e2', 'e3']) await store.erasures.fence(order(id, id), [id]);
      await store.erasures.fence(order('e4', 'e4', 'other'), ['e4']);
      const first = await store.erasures.list({ tenant: 'default', limit: 2 });
      const rest = await store.erasures.list({ tenant: 'default', before: first[1]!.number, limit: 2 });
      expect([...first, ...rest].map(({ id }) => id)).toEqual(['e3', 'e2', 'e1']);
      expect(await store.erasures.get('default', 'e2')).toEqual(first[1]);
      expect(await store.erasures.get('default', 'e4')).toBeUndefined();
    });

    it('remembers how far each log was searched', async () => {
      await store.erasures.noteSearched('log-1', '17');
      await store.erasures.noteSearched('log-1', '9007199254740993');
      const again = await open();
      expect(await again.erasures.searchedTo('log-1')).toBe('9007199254740993');
      expect(await again.erasures.searchedTo('log-2')).toBe('0');
    });

    it('keeps all of it when the master key is changed', async () => {
      await store.ensure([owner('ada'), owner('bob')]);
      await store.erasures.fence(order('e1'), ['ada']);
      await store.followErasures();
      await store.rotateMaster(Buffer.alloc(32, 8));
      await store.erasures.destroy('e1', 2_000);
      expect((await store.find([owner('ada'), owner('bob')])).map((keys) => keys !== undefined)).toEqual([
        false,
        true,
      ]);
    });
  });
}

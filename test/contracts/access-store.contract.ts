import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccessStore, ApiKeyRecord } from '#platform';

/** A place with an access store, to be opened again and again. */
export interface AccessStorePlace {
  open(): Promise<AccessStore>;
  /** Takes the place away. */
  remove(): Promise<void>;
}

const key = (id: string, tenant: string, createdAt: number): ApiKeyRecord => ({
  ...{ id, tenant, createdAt, roles: ['reader', 'auditor'], label: `“${id}” of ${tenant}` },
  ...{
    secretHash: Buffer.alloc(32, createdAt),
    lastUsedAt: null,
    revokedAt: null,
    isUnlogged: createdAt === 2,
  },
});

/** What every access store must do. */
export function accessStoreContract(name: string, place: () => Promise<AccessStorePlace>): void {
  describe(`${name} as an access store`, () => {
    let where: AccessStorePlace;
    let store: AccessStore;
    beforeEach(async () => {
      where = await place();
      store = await where.open();
    });
    afterEach(async () => {
      await store.close();
      await where.remove();
    });

    it('gives back a key as it was added, opened again too', async () => {
      await store.add(key('a', 'shop', 1));
      await store.close();
      store = await where.open();
      const found = (await store.find('a'))!;
      expect({ ...found, secretHash: Buffer.from(found.secretHash) }).toEqual(key('a', 'shop', 1));
      expect(await store.find('b')).toBeUndefined();
    });

    it('lists the keys of one tenant by their making, page by page, those made at one time by their ids', async () => {
      for (const one of [key('b', 'shop', 5), key('B', 'shop', 5), key('z', 'shop', 3), key('a', 'other', 4)])
        await store.add(one);
      const first = await store.list({ tenant: 'shop', limit: 2 });
      const rest = await store.list({ tenant: 'shop', after: first[1], limit: 2 });
      // Ids are compared by code points: B comes before b.
      expect([first, rest].map((page) => page.map(({ id }) => id))).toEqual([['z', 'B'], ['b']]);
    });

    it('revokes a key once, and none of another tenant', async () => {
      await store.add(key('a', 'shop', 1));
      expect(await store.revoke('other', 'a', 7)).toBeUndefined();
      expect((await store.find('a'))!.revokedAt).toBeNull();
      expect((await store.revoke('shop', 'a', 8))!.revokedAt).toBe(8);
      expect((await store.revoke('shop', 'a', 9))!.revokedAt).toBe(8);
      expect(await store.revoke('shop', 'nobody', 9)).toBeUndefined();
    });

    it('keeps the latest use of a key, whatever order the uses are noted in', async () => {
      await store.add(key('a', 'shop', 1));
      await store.add(key('b', 'shop', 1));
      await store.touch(
        new Map([
          ['b', 20],
          ['a', 10],
          ['gone', 30],
        ]),
      );
      await store.touch(new Map([['b', 15]]));
      expect([(await store.find('a'))!.lastUsedAt, (await store.find('b'))!.lastUsedAt]).toEqual([10, 20]);
      await store.touch(new Map());
    });

    it('makes a tenant once, and lists tenants by name', async () => {
      expect(await store.addTenant({ tenant: 'shop', createdAt: 5 })).toBe(true);
      expect(await store.addTenant({ tenant: 'shop', createdAt: 6 })).toBe(false);
      for (const tenant of ['zoo', 'a-b', 'a']) await store.addTenant({ tenant, createdAt: 7 });
      expect([await store.hasTenant('shop'), await store.hasTenant('none')]).toEqual([true, false]);
      expect((await store.tenants('', 3)).map(({ tenant }) => tenant)).toEqual(['a', 'a-b', 'shop']);
      expect(await store.tenants('a-b', 1)).toEqual([{ tenant: 'shop', createdAt: 5 }]);
    });
  });
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreFault } from '#event-sourcing';
import type { CachedKeyStore, KeyOwner, SealingKeys } from '#privacy';

/** What a test opens a key store with. */
export interface OpenedWith {
  readonly masterKey: Uint8Array;
  readonly previousMasterKey?: Uint8Array;
  readonly cacheMillis?: number;
}

/** A place where keys are kept, to be opened again and again. */
export interface KeyStorePlace {
  open(options: OpenedWith): Promise<CachedKeyStore>;
  /** What is stored for one customer takes the place of what is stored for every other one. */
  copyKey(customer: string): Promise<void>;
  /** The stored bytes of one customer's key are overwritten. */
  damageKey(customer: string): Promise<void>;
  deleteKeys(): Promise<void>;
  /** As a rotation leaves it that was stopped before its first chunk: `from` holds the next master key as its first. */
  beginRotation(from: KeyStorePlace): Promise<void>;
  /** The check value of its only master key. */
  masterCheck(): Promise<Uint8Array>;
  /** The master keys that secrets are wrapped under. */
  mastersInUse(): Promise<readonly number[]>;
  /** Takes the place away. */
  remove(): Promise<void>;
}

const SEVENS = Buffer.alloc(32, 7);
const EIGHTS = Buffer.alloc(32, 8);

const ada: KeyOwner = { tenant: 'default', customer: 'ada' };
const bob: KeyOwner = { tenant: 'default', customer: 'bob' };
const otherAda: KeyOwner = { tenant: 'other', customer: 'ada' };
const tenant: KeyOwner = { tenant: 'default' };

/** What every key store must do. */
export function keyStoreContract(name: string, place: () => Promise<KeyStorePlace>): void {
  describe(`${name} as a key store`, () => {
    let where: KeyStorePlace;
    let store: CachedKeyStore;
    const opened: CachedKeyStore[] = [];
    const open = async (options: Partial<OpenedWith> = {}) => {
      const one = await where.open({ masterKey: SEVENS, ...options });
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

    it('makes three different keys of 32 bytes for each customer, each tenant and the tenant itself', async () => {
      const all = await store.ensure([ada, bob, otherAda, tenant]);
      const texts = all
        .flatMap(({ encryption, nonce, contentHash }) => [encryption, nonce, contentHash])
        .map(hex);
      expect(texts.every((text) => /^[0-9a-f]{64}$/.test(text))).toBe(true);
      expect(new Set(texts).size).toBe(12);
    });

    it('gives the same keys ever after, opened again too', async () => {
      const made = await store.ensure([ada, tenant]);
      const again = await store.ensure([ada, tenant]);
      await store.close();
      store = await open();
      const [found, ensured] = [await store.find([ada, tenant]), await store.ensure([ada, tenant])];
      for (const other of [again, found, ensured]) expect(other.map(hexOf)).toEqual(made.map(hexOf));
    });

    it('answers in the order asked, repeats included', async () => {
      const [a, b] = await store.ensure([ada, bob]);
      const answers = await store.ensure([bob, ada, otherAda, bob]);
      expect(answers.map(hexOf)).toEqual([hexOf(b), hexOf(a), hexOf(answers[2]), hexOf(b)]);
      expect(await store.ensure([])).toEqual([]);
    });

    it('finds only what was made, and makes nothing by looking', async () => {
      await store.ensure([ada]);
      expect((await store.find([bob, ada])).map((keys) => keys !== undefined)).toEqual([false, true]);
      expect(await store.find([bob])).toEqual([undefined]);
    });

    it('gives everyone who asks at once the same new keys', async () => {
      const asked = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          store.ensure([ada, { tenant: 'default', customer: `c-${i % 5}` }]),
        ),
      );
      expect(new Set(asked.map(([keys]) => hexOf(keys))).size).toBe(1);
      expect(new Set(asked.map(([, keys]) => hexOf(keys))).size).toBe(5);
    });

    it('makes thousands of keys in one go', async () => {
      const owners = Array.from({ length: 3_000 }, (_, i) => ({
        tenant: 'default',
        customer: `Kundin Ärmel/${i}`,
      }));
      const made = await store.ensure(owners);
      expect(new Set(made.map(hexOf)).size).toBe(3_000);
    });

    it('refuses to work after it was closed', async () => {
      await store.close();
      await expect(store.ensure([ada])).rejects.toMatchObject({ code: 'key-store-closed' });
    });

    it('refuses another master key than the one it was made with, even before it holds a key', async () => {
      await store.close();
      const refused = open({ masterKey: EIGHTS });
      await expect(refused).rejects.toBeInstanceOf(StoreFault);
      await expect(refused).rejects.toMatchObject({ code: 'master-key-mismatch' });
      await expect(open()).resolves.toBeDefined();
    });

    it('finds out when a wrapped key was changed or given to another customer', async () => {
      await store.ensure([ada, bob]);
      await store.close();
      await where.copyKey('ada');
      store = await open();
      await expect(store.find([ada])).resolves.toHaveLength(1);
      await expect(store.find([bob])).rejects.toMatchObject({ code: 'key-damaged' });
      await expect(store.ensure([ada])).resolves.toHaveLength(1);
    });

    it('C9, C13: answers a damaged key to the one who asks for it, never as erased, and to no other', async () => {
      const before = (await store.ensure(customers(40))).map(hexOf);
      await store.close();
      await where.damageKey('c-7');
      const again = await open();
      const asked = await Promise.allSettled([
        ...customers(40).map((owner) => again.ensure([owner])),
        ...customers(40).map((owner) => again.find([owner])),
        again.ensure([{ tenant: 'default', customer: 'new' }]),
      ]);
      const keys = asked.map((answer) =>
        answer.status === 'fulfilled' ? hexOf(answer.value[0]) : (answer.reason as StoreFault).code,
      );
      const right = before.map((key, i) => (i === 7 ? 'key-damaged' : key));
      expect(keys.slice(0, 80)).toEqual([...right, ...right]);
      expect(asked[80]!.status).toBe('fulfilled');
    });

    it('shares its place with another process: both see the same keys', async () => {
      const two = await open();
      const made = await Promise.all([store, two, store, two].map((one) => one.ensure(customers(50))));
      expect(new Set(made.map((keys) => keys.map(hexOf).join())).size).toBe(1);
    });

    it('keeps a key no longer in memory than told, so that a deleted one is gone', async () => {
      const forgetful = await open({ cacheMillis: 0 });
      await forgetful.ensure([ada]);
      await where.deleteKeys();
      expect(await forgetful.find([ada])).toEqual([undefined]);
    });

    describe('changing its master key', () => {
      it('keeps every key and makes new ones meanwhile; the old master key opens nothing any more', async () => {
        const before = (await store.ensure(customers(1_200))).map(hexOf);
        const rotating = store.rotateMaster(EIGHTS);
        const newcomers = ['x', 'y', 'z'].map((name) => ({ tenant: 'default', customer: name }));
        const during = (await Promise.all(newcomers.map((one) => store.ensure([one])))).flat().map(hexOf);
        expect(await rotating).toBeGreaterThanOrEqual(1_200);
        await store.close();
        await expect(open()).rejects.toMatchObject({ code: 'master-key-mismatch' });
        const after = await open({ masterKey: EIGHTS });
        expect((await after.find(customers(1_200))).map(hexOf)).toEqual(before);
        expect((await after.find(newcomers)).map(hexOf)).toEqual(during);
        expect(await where.mastersInUse()).toEqual([2]);
      });

      it('goes on after an interruption, given both keys', async () => {
        const before = (await store.ensure(customers(3))).map(hexOf);
        await store.close();
        const aside = await place();
        await (await aside.open({ masterKey: EIGHTS })).close();
        await where.beginRotation(aside);
        await aside.remove();
        await expect(open({ masterKey: EIGHTS })).rejects.toMatchObject({ code: 'master-key-mismatch' });
        store = await open({ masterKey: EIGHTS, previousMasterKey: SEVENS });
        expect((await store.find(customers(3))).map(hexOf)).toEqual(before);
        await store.rotateMaster(EIGHTS);
        await store.close();
        const after = await open({ masterKey: EIGHTS });
        expect((await after.find(customers(3))).map(hexOf)).toEqual(before);
      });

      it('keeps another process from wrapping under the key it is leaving', async () => {
        const two = await open();
        await store.ensure(customers(2));
        await store.rotateMaster(EIGHTS);
        const refused = two.ensure([{ tenant: 'default', customer: 'new' }]);
        await expect(refused).rejects.toMatchObject({ code: 'master-key-mismatch' });
      });
    });
  });
}

const customers = (count: number): KeyOwner[] =>
  Array.from({ length: count }, (_, i) => ({ tenant: 'default', customer: `c-${i}` }));

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function hexOf(keys: SealingKeys | undefined): string {
  return keys === undefined ? 'none' : hex(keys.encryption) + hex(keys.nonce) + hex(keys.contentHash);
}

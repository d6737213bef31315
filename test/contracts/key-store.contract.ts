import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyOwner, KeyStore, SealingKeys } from '#privacy';

/** A place where keys are kept, to be opened again and again. */
export interface KeyStorePlace {
  open(): Promise<KeyStore>;
  /** Takes the place away. */
  remove(): Promise<void>;
}

const ada: KeyOwner = { tenant: 'default', customer: 'ada' };
const bob: KeyOwner = { tenant: 'default', customer: 'bob' };
const otherAda: KeyOwner = { tenant: 'other', customer: 'ada' };
const tenant: KeyOwner = { tenant: 'default' };

/** What every key store must do. */
export function keyStoreContract(name: string, place: () => Promise<KeyStorePlace>): void {
  describe(`${name} as a key store`, () => {
    let where: KeyStorePlace;
    let store: KeyStore;
    beforeEach(async () => {
      where = await place();
      store = await where.open();
    });
    afterEach(async () => {
      await store.close();
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
      store = await where.open();
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
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function hexOf(keys: SealingKeys | undefined): string {
  return keys === undefined ? 'none' : hex(keys.encryption) + hex(keys.nonce) + hex(keys.contentHash);
}

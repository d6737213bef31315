import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreFault } from '#event-sourcing';
import { type SealingKeys } from '#privacy';
import { keyStoreContract } from '../../../../../test/contracts/key-store.contract.js';
import { openKeyStore } from '../side-stores.js';
import { EmbeddedKeyStore } from './embedded-key-store.js';
import { KeyTable } from './key-table.js';

const SEVENS = Buffer.alloc(32, 7);
const EIGHTS = Buffer.alloc(32, 8);

keyStoreContract('the embedded store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cx-keys-'));
  return Promise.resolve({
    open: () => openKeyStore({ folder, masterKey: SEVENS }),
    remove: () => Promise.resolve(rmSync(folder, { recursive: true })),
  });
});

describe('the embedded key store', () => {
  let folder: string;
  const opened: EmbeddedKeyStore[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cx-keys-'));
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    rmSync(folder, { recursive: true });
  });

  const open = async (masterKey: Uint8Array = SEVENS, previousMasterKey?: Uint8Array) => {
    const store = await openKeyStore({ folder, masterKey, previousMasterKey });
    opened.push(store);
    return store;
  };
  const customer = (name: string) => ({ tenant: 'default', customer: name });
  const customers = (count: number) => Array.from({ length: count }, (_, i) => customer(`c-${i}`));
  const sql = <T>(work: (database: DatabaseSync) => T): T => {
    const database = new DatabaseSync(join(folder, 'keys.sqlite'));
    try {
      return work(database);
    } finally {
      database.close();
    }
  };

  it('refuses another master key than the one it was made with, even before it holds a key', async () => {
    await (await open()).close();
    const refused = open(EIGHTS);
    await expect(refused).rejects.toBeInstanceOf(StoreFault);
    await expect(refused).rejects.toMatchObject({ code: 'master-key-mismatch' });
    await expect(open(SEVENS)).resolves.toBeInstanceOf(EmbeddedKeyStore);
  });

  it('writes no secret in clear, into files that only their owner may read', () => {
    const table = new KeyTable(join(folder, 'keys.sqlite'), [SEVENS]);
    const secrets = table.ensure(customers(20));
    const files = readdirSync(folder);
    expect(files).toContain('keys.sqlite-wal');
    for (const file of files) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
      const bytes = readFileSync(join(folder, file));
      for (const secret of [...secrets, SEVENS]) expect(bytes.includes(Buffer.from(secret))).toBe(false);
    }
    table.close();
  });

  it('finds out when a wrapped key was changed or given to another customer', async () => {
    await (await open()).ensure([customer('ada'), customer('bob')]);
    sql((database) =>
      database.exec(`UPDATE secrets SET wrapped = (SELECT wrapped FROM secrets WHERE customer = 'ada')`),
    );
    const store = await open();
    await expect(store.find([customer('ada')])).resolves.toHaveLength(1);
    await expect(store.find([customer('bob')])).rejects.toMatchObject({ code: 'key-damaged' });
    await expect(store.ensure([customer('ada')])).resolves.toHaveLength(1);
  });

  it('C9, C13: answers a damaged key to the one who asks for it, never as erased, and to no other', async () => {
    const store = await open();
    const before = (await store.ensure(customers(40))).map(text);
    await store.close();
    opened.pop();
    sql((database) => database.exec(`UPDATE secrets SET wrapped = zeroblob(60) WHERE customer = 'c-7'`));
    const again = await open();
    const asked = await Promise.allSettled([
      ...customers(40).map((owner) => again.ensure([owner])),
      ...customers(40).map((owner) => again.find([owner])),
      again.ensure([customer('new')]),
    ]);
    const keys = asked.map((answer) =>
      answer.status === 'fulfilled' ? text(answer.value[0]) : (answer.reason as StoreFault).code,
    );
    const right = before.map((key, i) => (i === 7 ? 'key-damaged' : key));
    expect(keys.slice(0, 80)).toEqual([...right, ...right]);
    expect(asked[80]!.status).toBe('fulfilled');
  });

  it('shares a folder with another process: both see the same keys', async () => {
    const [one, two] = [await open(), await open()];
    const made = await Promise.all([one, two, one, two].map((store) => store.ensure(customers(50))));
    expect(new Set(made.map((keys) => keys.map(text).join())).size).toBe(1);
  });

  it('says what is wrong with a folder that is not there, and with a file that is none of its own', async () => {
    const nowhere = openKeyStore({ folder: join(folder, 'nowhere'), masterKey: SEVENS });
    await expect(nowhere).rejects.toMatchObject({ code: 'key-store-not-writable' });
    writeFileSync(join(folder, 'keys.sqlite'), 'x'.repeat(5_000));
    chmodSync(join(folder, 'keys.sqlite'), 0o600);
    await expect(open()).rejects.toMatchObject({ code: 'key-store-damaged' });
  });

  it('keeps a key no longer in memory than told, so that a deleted one is gone', async () => {
    const store = await openKeyStore({ folder, masterKey: SEVENS, cacheMillis: 0 });
    opened.push(store);
    await store.ensure([customer('ada')]);
    sql((database) => database.exec('DELETE FROM secrets'));
    expect(await store.find([customer('ada')])).toEqual([undefined]);
  });

  describe('changing its master key', () => {
    it('keeps every key and makes new ones meanwhile; the old master key opens nothing any more', async () => {
      const store = await open();
      const before = (await store.ensure(customers(1_200))).map(text);
      const rotating = store.rotateMaster(EIGHTS);
      const during = (await Promise.all(['x', 'y', 'z'].map((name) => store.ensure([customer(name)]))))
        .flat()
        .map(text);
      expect(await rotating).toBeGreaterThanOrEqual(1_200);
      await store.close();
      await expect(open(SEVENS)).rejects.toMatchObject({ code: 'master-key-mismatch' });
      const after = await open(EIGHTS);
      expect((await after.find(customers(1_200))).map(text)).toEqual(before);
      expect((await after.find(['x', 'y', 'z'].map(customer))).map(text)).toEqual(during);
      expect(masters()).toEqual([2]);
    });

    it('goes on after an interruption, given both keys', async () => {
      const before = (await (await open()).ensure(customers(3))).map(text);
      await opened.pop()!.close();
      // As a rotation leaves it that was stopped before its first chunk.
      const aside = mkdtempSync(join(tmpdir(), 'cx-keys-'));
      await (await openKeyStore({ folder: aside, masterKey: EIGHTS })).close();
      sql((database) => {
        database.exec(`ATTACH '${join(aside, 'keys.sqlite')}' AS aside`);
        database.exec('INSERT INTO master_keys SELECT 2, check_value FROM aside.master_keys');
      });
      rmSync(aside, { recursive: true });
      await expect(open(EIGHTS)).rejects.toMatchObject({ code: 'master-key-mismatch' });
      const store = await open(EIGHTS, SEVENS);
      expect((await store.find(customers(3))).map(text)).toEqual(before);
      await store.rotateMaster(EIGHTS);
      await store.close();
      const after = await open(EIGHTS);
      expect((await after.find(customers(3))).map(text)).toEqual(before);
    });

    it('keeps another process from wrapping under the key it is leaving', async () => {
      const [one, two] = [await open(), await open()];
      await one.ensure(customers(2));
      await one.rotateMaster(EIGHTS);
      await expect(two.ensure([customer('new')])).rejects.toMatchObject({ code: 'master-key-mismatch' });
    });

    const masters = () =>
      sql((database) =>
        database
          .prepare('SELECT DISTINCT master FROM secrets')
          .all()
          .map(({ master }) => master),
      );
  });
});

function text(keys: SealingKeys | undefined): string {
  return keys === undefined ? 'none' : Buffer.from(keys.encryption).toString('hex');
}

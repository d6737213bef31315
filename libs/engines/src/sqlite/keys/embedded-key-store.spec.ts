import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type KeyStorePlace, keyStoreContract } from '../../../../../test/contracts/key-store.contract.js';
import { erasureStoreContract } from '../../../../../test/contracts/erasure-store.contract.js';
import { filesBelow, filesHolding } from '../../../../../test/kit/folder-files.js';
import { crashSideThread } from '../../../../../test/kit/lost-thread.js';
import { until } from '../../../../../test/kit/until.js';
import { openKeyStore } from '../side-stores.js';
import { KeyTable } from './key-table.js';

const SEVENS = Buffer.alloc(32, 7);

keyStoreContract('the embedded store', async () => folderOfKeys());
erasureStoreContract('the embedded store', async () => folderOfKeys());

describe('the embedded key store', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cx-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes no secret in clear, into files that only their owner may read', () => {
    const table = new KeyTable(join(folder, 'keys.sqlite'), [SEVENS]);
    const owners = Array.from({ length: 20 }, (_, i) => ({ tenant: 'default', customer: `c-${i}` }));
    const secrets = table.ensure(owners);
    const files = filesBelow(folder);
    expect(files.map(({ path }) => path)).toContain('keys.sqlite-wal');
    expect(files.filter(({ mode }) => mode !== 0o600)).toEqual([]);
    for (const secret of [...secrets, SEVENS])
      expect(filesHolding(folder, (bytes) => bytes.includes(Buffer.from(secret)))).toEqual([]);
    table.database.close();
  });

  it('says what is wrong with a folder that is not there, and with a file that is none of its own', async () => {
    const open = (place: string) => openKeyStore({ folder: place, masterKey: SEVENS });
    await expect(open(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'key-store-not-writable' });
    writeFileSync(join(folder, 'keys.sqlite'), 'x'.repeat(5_000));
    chmodSync(join(folder, 'keys.sqlite'), 0o600);
    await expect(open(folder)).rejects.toMatchObject({ code: 'key-store-damaged' });
  });

  it('10.7: is opened by the master key in use when its thread is lost and started again', async () => {
    const store = await openKeyStore({ folder, masterKey: SEVENS, cacheMillis: 0 });
    const owner = { tenant: 'default', customer: 'ada' };
    const before = await store.ensure([owner]);
    await store.rotateMaster(Buffer.alloc(32, 8));
    await crashSideThread(store);
    await expect(store.find([owner])).rejects.toMatchObject({ code: 'thread-lost' });
    const isBack = () =>
      store.find([owner]).then(
        () => true,
        () => false,
      );
    await until('the thread to be back', isBack);
    expect(await store.find([owner])).toEqual(before);
    await store.close();
  });
});

function folderOfKeys(): KeyStorePlace {
  const folder = mkdtempSync(join(tmpdir(), 'cx-keys-'));
  const sql = async <T>(work: (database: DatabaseSync) => T): Promise<T> => {
    const database = new DatabaseSync(join(folder, 'keys.sqlite'));
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  const run = (text: string, ...values: (string | Uint8Array)[]) =>
    sql((database) => void database.prepare(text).run(...values));
  return {
    open: (options) => openKeyStore({ folder, ...options }),
    copyKey: (customer) =>
      run('UPDATE secrets SET wrapped = (SELECT wrapped FROM secrets WHERE customer = ?)', customer),
    damageKey: (customer) => run('UPDATE secrets SET wrapped = zeroblob(60) WHERE customer = ?', customer),
    deleteKeys: () => run('DELETE FROM secrets'),
    beginRotation: async (from) => run('INSERT INTO master_keys VALUES (2, ?)', await from.masterCheck()),
    masterCheck: () =>
      sql(
        (database) =>
          database.prepare('SELECT check_value FROM master_keys').get()!.check_value as Uint8Array,
      ),
    mastersInUse: () =>
      sql((database) =>
        database
          .prepare('SELECT DISTINCT master FROM secrets')
          .all()
          .map(({ master }) => master as number),
      ),
    remove: async () => rmSync(folder, { recursive: true }),
  };
}

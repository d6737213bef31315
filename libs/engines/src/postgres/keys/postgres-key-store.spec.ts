import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type KeyStorePlace, keyStoreContract } from '../../../../../test/contracts/key-store.contract.js';
import { erasureStoreContract } from '../../../../../test/contracts/erasure-store.contract.js';
import { filesHolding } from '../../../../../test/kit/folder-files.js';
import { describeWithPostgres } from '../../../../../test/kit/describe-with-postgres.js';
import { PostgresServer } from '../../../../../test/kit/postgres-server.js';
import { openPostgresKeyStore } from '../side-stores.js';

describeWithPostgres('keys in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  const place = async (): Promise<KeyStorePlace> => {
    const url = await server.database();
    const sql = (text: string, ...values: unknown[]) =>
      server.admin(async (client) => (await client.query<Record<string, unknown>>(text, values)).rows, url);
    const run = async (text: string, ...values: unknown[]) => void (await sql(text, ...values));
    return {
      open: (options) => openPostgresKeyStore({ url }, options),
      copyKey: (customer) =>
        run('UPDATE cx.secret SET wrapped = (SELECT wrapped FROM cx.secret WHERE customer = $1)', customer),
      damageKey: (customer) => run(`UPDATE cx.secret SET wrapped = '\\x00' WHERE customer = $1`, customer),
      deleteKeys: () => run('DELETE FROM cx.secret'),
      beginRotation: async (from) =>
        run('INSERT INTO cx.master_key VALUES (2, $1)', await from.masterCheck()),
      masterCheck: async () =>
        (await sql('SELECT check_value FROM cx.master_key'))[0]!.check_value as Uint8Array,
      mastersInUse: async () =>
        (await sql('SELECT DISTINCT master FROM cx.secret')).map(({ master }) => master as number),
      remove: () => server.drop(url),
    };
  };
  keyStoreContract('PostgreSQL', place);
  erasureStoreContract('PostgreSQL', place);

  it('13.3: after an erasure no file of a table has the key; the write-ahead log still has, encrypted', async () => {
    const url = await server.database();
    const store = await openPostgresKeyStore({ url }, { masterKey: Buffer.alloc(32, 7) });
    await store.ensure([1, 2, 3].map((n) => ({ tenant: 'default', customer: `c-${n}` })));
    const [row, folder] = await server.admin(async (client) => {
      const found = await client.query<{ wrapped: Buffer }>(
        `SELECT wrapped FROM cx.secret WHERE customer = 'c-2'`,
      );
      await client.query('CHECKPOINT');
      const place = await client.query<{ data_directory: string }>('SHOW data_directory');
      return [found.rows[0]!.wrapped, place.rows[0]!.data_directory] as const;
    }, url);
    const holders = () => filesHolding(folder, (bytes) => bytes.includes(row));
    expect(holders().some((name) => name.startsWith('base/'))).toBe(true);
    const about = { reason: 'why', requestedBy: 'k', requestId: 'r', requestedAt: 5 };
    await store.erasures.fence({ id: 'e1', tenant: 'default', customer: 'c-2', ...about }, ['c-2']);
    await store.erasures.destroy('e1', 6);
    await server.admin((client) => client.query('CHECKPOINT'), url);
    expect(holders().filter((name) => !name.startsWith('pg_wal/'))).toEqual([]);
    await store.close();
    await server.drop(url);
  });
});

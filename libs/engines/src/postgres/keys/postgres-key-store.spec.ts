import { afterAll, beforeAll } from '@jest/globals';
import { type KeyStorePlace, keyStoreContract } from '../../../../../test/contracts/key-store.contract.js';
import { erasureStoreContract } from '../../../../../test/contracts/erasure-store.contract.js';
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
});

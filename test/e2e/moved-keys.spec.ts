import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { copyKeys } from '#engines';
import { openPostgresKeyStore } from '#engines/postgres';
import { openKeyStore } from '#engines/sqlite';
import { describeWithPostgres } from '../kit/describe-with-postgres.js';
import { PostgresServer } from '../kit/postgres-server.js';

describeWithPostgres('moved keys', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it('13.3: erasures and aliases move with the keys, from a folder to PostgreSQL and on to a folder', async () => {
    const masterKey = Buffer.alloc(32, 7);
    const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'cx-moved-')));
    const [from, to] = folders as [string, string];
    const url = await server.database();
    const first = await openKeyStore({ folder: from, masterKey });
    await first.ensure([{ tenant: 'default', customer: 'ada' }]);
    await first.aliases.add([{ tenant: 'default', hash: Buffer.alloc(32, 1), customer: 'bob' }]);
    const about = { reason: 'why', requestedBy: 'k', requestId: 'r', requestedAt: 5 };
    await first.erasures.fence({ id: 'e1', tenant: 'default', customer: 'ada', ...about }, ['ada']);
    const erased = await first.erasures.destroy('e1', 6);
    await first.close();
    await copyKeys({ kind: 'embedded', folder: from }, { kind: 'postgres', url });
    await copyKeys({ kind: 'embedded', folder: from }, { kind: 'postgres', url });
    await copyKeys({ kind: 'postgres', url }, { kind: 'embedded', folder: to });
    for (const moved of [
      await openPostgresKeyStore({ url }, { masterKey }),
      await openKeyStore({ folder: to, masterKey }),
    ]) {
      expect(await moved.erasures.list({ tenant: 'default', limit: 9 })).toEqual([
        { ...erased, number: expect.any(Number) },
      ]);
      await expect(moved.ensure([{ tenant: 'default', customer: 'ada' }])).rejects.toMatchObject({
        code: 'customer-erased',
      });
      expect(await moved.aliases.find('default', Buffer.alloc(32, 1), 9)).toEqual(['bob']);
      await moved.close();
    }
    await server.drop(url);
    for (const folder of folders) rmSync(folder, { recursive: true });
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { copyKeys } from '#engines';
import { openPostgresKeyStore } from '#engines/postgres';
import { EmbeddedEventStore, openKeyStore, restoreBackup } from '#engines/sqlite';
import { decodeEvent, START } from '#event-sourcing';
import { Intake } from '#intake';
import { openEvent } from '#privacy';
import { describeWithPostgres } from '../kit/describe-with-postgres.js';
import { LedgerProcess } from '../kit/ledger-process.js';
import { PostgresServer } from '../kit/postgres-server.js';
import { issueRaised } from '../kit/touchpoint.js';

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

  it('13.6: cx backup takes keys that are in PostgreSQL, and what is restored of it opens with them', async () => {
    const masterKey = Buffer.alloc(32, 7);
    const url = await server.database();
    const ledger = new LedgerProcess({ CX_KEYS: url });
    const { folder } = ledger;
    const keys = await openPostgresKeyStore({ url }, { masterKey });
    const store = await EmbeddedEventStore.open({ folder });
    const data = {
      issueId: 'i',
      category: 'billing',
      severity: 'low',
      description: 'charged twice by Mrs Winterbottom',
    };
    const sent = issueRaised('i', { subject: 'C-1', data });
    await new Intake({ store, keys, clock: Date }).record({ tenant: 'default', id: 'k' }, [
      { ...sent, data },
    ]);
    await store.close();
    await keys.close();
    const [backup, to] = [`${folder}-backup`, `${folder}-restored`];
    expect(await ledger.cx('backup', backup, '--keys')).toMatchObject({ status: 0 });
    await server.drop(url);
    await restoreBackup({ backup, to, keepEpoch: true, complete: async () => undefined });
    const restored = await EmbeddedEventStore.open({ folder: to });
    const restoredKeys = await openKeyStore({ folder: to, masterKey });
    const [found] = await restoredKeys.find([{ tenant: 'default', customer: 'C-1' }]);
    const [event] = (await restored.readAll({ after: START, limit: 9 })).events;
    expect(openEvent(decodeEvent(event!.bytes), found).data).toMatchObject(data);
    await restored.close();
    await restoredKeys.close();
    await ledger.remove();
  });
});

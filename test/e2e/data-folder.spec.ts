import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, truncateSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { filesBelow } from '../kit/folder-files.js';
import { LedgerProcess } from '../kit/ledger-process.js';
import { newDataFolder, StartFailed, startServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

describe('a data folder that other users may enter', () => {
  it('C18: gets no file that they may read, and the start says how to close it', async () => {
    const folder = newDataFolder();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    const server = await startServer({ folder });
    await Api.of(server).publish(issueRaised('a'));
    const files = filesBelow(folder);
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['log.sqlite', 'keys.sqlite']));
    expect(files.filter(({ mode }) => (mode & 0o077) !== 0)).toEqual([]);
    // In the format of every other message, though it is logged before HTTP is there.
    const said = server
      .output()
      .split('\n')
      .find((line) => line.includes(`chmod 700 ${folder}`));
    expect(JSON.parse(said!)).toMatchObject({ level: 'warn', context: 'Ledger' });
    await server.stop();
  });
});

describe('an event log that lost events', () => {
  it('C10: keeps the server from starting until `cx accept-loss`; then the views fold what is left', async () => {
    const ledger = new LedgerProcess();
    await ledger.start();
    await ledger.api.publish(issueRaised('kept'));
    await ledger.stop();
    copyFileSync(join(ledger.folder, 'log.sqlite'), join(ledger.folder, 'backup'));
    await ledger.start();
    const repeated = {
      json: issueRaised('lost'),
      headers: { 'idempotency-key': 'once', 'content-type': 'application/cloudevents+json' },
    };
    const { results } = (await ledger.api.ask('/v1/events', repeated)).body as {
      results: { position: string }[];
    };
    const [lost] = results;
    await until('the views have both', async () => {
      const { status } = await ledger.api.ask(`/v1/customers/c-1/issues?after=${lost!.position}`);
      return status === 200;
    });
    await ledger.stop();
    copyFileSync(join(ledger.folder, 'backup'), join(ledger.folder, 'log.sqlite'));

    const refused = await ledger.start().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StartFailed);
    expect((refused as StartFailed).printed).toContain(`cx accept-loss --data ${ledger.folder}`);
    expect((refused as StartFailed).printed.trim().split('\n')).toHaveLength(1);
    const accepted = await ledger.cx('accept-loss', '--data', ledger.folder, '--json');
    expect(accepted.status).toBe(0);
    expect(JSON.parse(accepted.stdout)).toMatchObject({ head: 1, recorded: 2 });

    await ledger.start();
    const [next] = await ledger.api.publish(issueRaised('next'));
    expect(next).toMatchObject({ status: 'recorded', position: '2' });
    await until('the views have folded what is left', async () => {
      const { body } = await ledger.api.ask('/v1/customers/c-1/issues');
      const ids = ((body.open ?? []) as { issueId: string }[]).map(({ issueId }) => issueId);
      return ids.sort().join() === 'issue-kept,issue-next';
    });
    // The answer that was stored before the loss would say that the event is recorded at position 2.
    expect((await ledger.api.ask('/v1/events', repeated)).body.results).toEqual([
      expect.objectContaining({ status: 'recorded', position: '3' }),
    ]);
    await ledger.remove();
  }, 120_000);
});

describe('a key store that lacks keys of recorded events', () => {
  const lose: Record<string, (file: string) => void> = {
    missing: (file) => {
      for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    },
    empty: (file) => {
      for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
      truncateSync(file, 0);
    },
    'without the row of the newest customer': (file) => {
      const database = new DatabaseSync(file);
      database.exec(`DELETE FROM secrets WHERE customer = 'c-1'`);
      database.close();
    },
  };

  const whole = new LedgerProcess();
  beforeAll(async () => {
    await whole.start();
    await whole.api.publish(issueRaised('first', { subject: 'c-0' }), issueRaised('sealed'));
    await whole.stop();
  }, 120_000);
  afterAll(() => whole.remove());

  it.each(Object.keys(lose))(
    'C9: %s, keeps the server from starting, and stays as it is',
    async (how) => {
      const ledger = new LedgerProcess();
      cpSync(whole.folder, ledger.folder, { recursive: true });
      const file = join(ledger.folder, 'keys.sqlite');
      lose[how]!(file);
      for (let attempt = 0; attempt < 2; attempt++) {
        const refused = await ledger.start().catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(StartFailed);
        expect((refused as StartFailed).printed).toContain('restore its keys.sqlite from a backup');
        expect((refused as StartFailed).printed.trim().split('\n')).toHaveLength(1);
      }
      await ledger.remove();
    },
    120_000,
  );

  it('C9: is started without them on request; then their customer is refused, and others are not', async () => {
    const ledger = new LedgerProcess({ CX_MISSING_KEYS: 'accept' });
    await ledger.start();
    const described = (id: string, subject: string) => {
      const event = issueRaised(id, { subject });
      return { ...event, data: { ...(event['data'] as object), description: 'all in tears' } };
    };
    await ledger.api.publish(described('a', 'c-1'), described('b', 'c-2'));
    await ledger.stop();
    lose['without the row of the newest customer']!(join(ledger.folder, 'keys.sqlite'));
    await ledger.start();
    const form = { headers: { 'content-type': 'application/cloudevents+json' } };
    const send = (event: object) => ledger.api.ask('/v1/events', { body: JSON.stringify(event), ...form });
    expect((await send(described('c', 'c-1'))).status).toBe(503);
    expect((await send(described('d', 'c-2'))).status).toBe(200);
    const opened = (id: string) => ledger.api.ask(`/v1/audit/customers/${id}/events?open=true`);
    expect((await opened('c-1')).status).toBe(503);
    expect((await opened('c-2')).text).toContain('all in tears');
    await ledger.remove();
  }, 120_000);
});

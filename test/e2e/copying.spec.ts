import { readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { filesBelow } from '../kit/folder-files.js';
import { Api } from '../kit/api.js';
import { LedgerProcess, MASTER_KEY } from '../kit/ledger-process.js';
import { newDataFolder, StartFailed, startServer, type TestServer } from '../kit/server.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';
import { withoutProgress } from '../kit/without-progress.js';

const INCIDENTS = join('test', 'histories', 'incidents', 'incident_event_log.csv');
const MAP = join('infra', 'mappings', 'incidents.yaml');

/** What depends on how events came together in pages: numbers of customers, and checks over them. */
const NUMBERS = new Set(['person', 'crc']);

/** Every row of the derived tables, as text: of events that are long past, so that no row changes with time. */
function derivedRows(folder: string): string {
  const database = new DatabaseSync(join(folder, 'views.sqlite'), { readOnly: true });
  const tables = database.prepare(
    "SELECT name FROM sqlite_schema WHERE name LIKE 'rows%' AND type = 'table'",
  );
  const names = tables.all().map(({ name }) => String(name));
  const rows = names.sort().map((name) => [
    name,
    database
      .prepare(`SELECT * FROM ${name} ORDER BY tenant, customer, key`)
      .all()
      .map((row) => Object.entries(row).filter(([column]) => !NUMBERS.has(column))),
  ]);
  database.close();
  return JSON.stringify(rows);
}

describe('cx copy, from folder to folder', () => {
  const ledger = new LedgerProcess();
  const target = newDataFolder();
  let events = 0;
  let sealed = '';
  let key = '';

  const copy = (...more: string[]) =>
    ledger.cx('copy', '--from', `embedded:${ledger.folder}`, '--to', `embedded:${target}`, '--json', ...more);
  const start = (folder: string): Promise<TestServer> =>
    startServer({ folder, env: { CX_MASTER_KEY: MASTER_KEY.toString('base64'), CX_FIRST_KEY: 'off' } });

  /** Waits until the views have everything; `/after` would wait for one position only. */
  const caughtUp = (asked: LedgerProcess['api']) =>
    until('the views have everything', async () => {
      const { body } = await asked.ask('/v1/projections');
      return (body.items as { eventsBehind: number }[]).every(({ eventsBehind }) => eventsBehind === 0);
    });

  beforeAll(async () => {
    await ledger.start();
    const past = { time: '2016-03-01T00:00:00Z', subject: 'C-1' };
    const told = { issueId: 'i-1', category: 'billing', severity: 'high', description: 'charged twice' };
    await ledger.api.publish(issueRaised('sealed', { ...past, data: told }));
    const imported = await ledger.cx('import', INCIDENTS, '--map', MAP, '--json');
    expect(imported.status).toBe(0);
    // Such a reading is an event itself.
    sealed = await ledger.text('/v1/audit/customers/C-1/events', { open: 'true' });
    events = Number((await ledger.api.ask('/v1/projections')).body.head);
    await caughtUp(ledger.api);
    key = await ledger.api.mint(['reader']);
  }, 120_000);
  afterAll(() => ledger.remove());

  it('11.5: is killed at any point and goes on; the end is verified', async () => {
    for (const millis of [250, 450, 700]) {
      const { process, ended } = ledger.cxBegun(
        ...['copy', '--from', `embedded:${ledger.folder}`, '--to', `embedded:${target}`],
      );
      setTimeout(() => process.kill('SIGKILL'), millis);
      await ended;
    }
    const whole = await copy();
    expect(withoutProgress(whole.stderr)).toBe('');
    const result = JSON.parse(whole.stdout) as { events: number; digest: string };
    expect(result).toMatchObject({ events, newer: 0 });
    const again = JSON.parse((await copy()).stdout) as object;
    expect(again).toMatchObject({ events, copied: 0, digest: result.digest });
    const files = filesBelow(target);
    expect(files.map(({ path }) => path)).toContain('log.sqlite');
    expect(files.filter(({ mode }) => (mode & 0o077) !== 0)).toEqual([]);
  }, 120_000);

  it('11.5: the copy opens what is sealed, knows the keys and derives the same tables, byte for byte', async () => {
    await ledger.stop();
    const server = await start(target);
    const asked = new Api(server.url, server.operatorKey);
    await caughtUp(asked);
    expect((await asked.ask('/v1/audit/customers/C-1/events?open=true')).text).toBe(sealed);
    expect(sealed).toContain('charged twice');
    const { body: opened } = await asked.as(key).ask('/v1/me');
    expect(opened).toMatchObject({ tenant: 'default', roles: ['reader'] });
    await server.stop();
    expect(derivedRows(target) === derivedRows(ledger.folder)).toBe(true);
    expect(derivedRows(target).length).toBeGreaterThan(100_000);
  }, 120_000);

  it('11.5: a target that is not complete starts no server; one that went its own way takes no copy', async () => {
    const half = newDataFolder();
    const begun = ledger.cxBegun('copy', '--from', `embedded:${ledger.folder}`, '--to', `embedded:${half}`);
    await until('the copy has begun', () => {
      try {
        return readdirSync(half).includes('copy-unfinished');
      } catch {
        return false;
      }
    });
    begun.process.kill('SIGKILL');
    await begun.ended;
    const refused = await start(half).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StartFailed);
    expect((refused as StartFailed).printed).toContain('run the same cx copy again');

    const other = new LedgerProcess();
    await other.start();
    await other.api.publish(issueRaised('other'));
    await other.stop();
    const differs = await ledger.cx(
      ...['copy', '--from', `embedded:${ledger.folder}`, '--to', `embedded:${other.folder}`, '--json'],
    );
    expect(differs.status).toBe(1);
    expect(JSON.parse(differs.stdout)).toMatchObject({ error: { code: 'copy-target-differs', entry: 0 } });
    await other.remove();
  }, 120_000);

  it('11.5: wrong calls say what is meant', async () => {
    const noTarget = await ledger.cx('copy', '--from', `embedded:${ledger.folder}`);
    expect(noTarget).toMatchObject({ status: 2, stderr: expect.stringContaining('--to is missing') });
    const same = await ledger.cx('copy', '--from', `embedded:${target}`, '--to', `embedded:${target}`);
    expect(same).toMatchObject({ status: 2, stderr: expect.stringContaining('the same store') });
    const nowhere = await ledger.cx('copy', '--from', 'embedded:/nothere', '--to', `embedded:${target}`);
    expect(nowhere).toMatchObject({ status: 1, stderr: expect.stringContaining('no ledger in /nothere') });
    const kind = await ledger.cx('copy', '--from', 'esdb:/admin:s3cret@h', '--to', `embedded:${target}`);
    expect(kind).toMatchObject({ status: 2, stderr: expect.stringContaining('--from must be') });
    expect(kind.stderr).not.toContain('s3cret');
  });
});

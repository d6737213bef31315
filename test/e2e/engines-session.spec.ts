import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Answer } from '#api';
import { saySkipped } from '../kit/describe-with.js';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { describeWithPostgres } from '../kit/describe-with-postgres.js';
import { Engines } from '../kit/engines.js';
import { EventStoreServer } from '../kit/eventstore-server.js';
import { caughtUp, customersOf, digestOfViews } from '../kit/history-views.js';
import { LedgerProcess } from '../kit/ledger-process.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const HISTORIES = {
  cdnow: join('test', 'histories', 'cdnow', 'CDNOW_sample.txt'),
  incidents: join('test', 'histories', 'incidents', 'incident_event_log.csv'),
};
/** After the last event of both. */
const AFTER_ALL = '2017-03-01T00:00:00Z';
/** Answers across customers, without what is of one store (positions). */
const LISTS = ['/v1/issues/summary', '/v1/churn-risk?band=critical', '/v1/issues?status=open&sort=breachAt'];

const imports = (history: keyof typeof HISTORIES) =>
  ['import', HISTORIES[history], '--map', join('infra', 'mappings', `${history}.yaml`), '--json'] as const;

interface Figures {
  readonly digest: string;
  readonly lists: readonly string[];
}

/** Every view of every customer, and lists across them, as of one moment. */
async function figuresOf(ledger: LedgerProcess): Promise<Figures> {
  const digest = await digestOfViews(ledger, await customersOf(ledger), AFTER_ALL);
  const lists = LISTS.map(async (path) => {
    const { position, ...answer } = await ledger.get<{ position?: string }>(
      ...([
        path.split('?')[0]!,
        { ...Object.fromEntries(new URLSearchParams(path.split('?')[1])), asOf: AFTER_ALL },
      ] as const),
    );
    return JSON.stringify([position !== '', answer]);
  });
  return { digest, lists: await Promise.all(lists) };
}

const readiness = async (server: LedgerProcess) => {
  const { status, body } = await server.api.ask('/health/ready');
  return [status, (body as { detail?: string }).detail ?? ''] as const;
};

describeWithPostgres('11: servers in their roles over EventStoreDB, PostgreSQL and Kafka', () => {
  describeWithKafka('as docker-compose.yml names them', () => {
    let engines: Engines;
    let ingest: LedgerProcess;
    let project: LedgerProcess;
    let other: LedgerProcess;
    let query: LedgerProcess;
    let figures: Figures;
    const embedded = new LedgerProcess();

    beforeAll(async () => {
      engines = await Engines.start();
      [ingest, project, query] = ['ingest', 'project', 'query'].map((name) => engines.server(name)) as [
        LedgerProcess,
        LedgerProcess,
        LedgerProcess,
      ];
      await ingest.start();
      await project.start();
      other = engines.server('project');
      await other.start();
      await query.start();
      await embedded.start();
      for (const history of ['cdnow', 'incidents'] as const) await embedded.cx(...imports(history));
      await caughtUp(embedded);
      figures = await figuresOf(embedded);
      await embedded.stop();
    }, 600_000);
    afterAll(async () => {
      await engines.remove();
      await embedded.remove();
    }, 120_000);

    it('11.6: the variables of the compose file start each server, and it is ready', async () => {
      for (const server of [ingest, project, other, query]) {
        await until('the server is ready', async () => (await readiness(server))[0] === 200);
      }
    }, 60_000);

    it('11.3: each projecting server shows who has which partition, and so does cx status', async () => {
      type Shown = Pick<Answer<'projections'>, 'partitions'>;
      const owners = async (server: LedgerProcess) =>
        (await server.get<Shown>('/v1/projections')).partitions?.map(({ partition, owner }) => [
          ...[partition, owner],
        ]);
      await until('the partitions are divided', async () => {
        const shown = new Set((await owners(project))?.map(([, owner]) => owner));
        return shown.size === 2 && !shown.has(null);
      });
      expect(await owners(other)).toEqual(await owners(project));
      const { stdout } = await other.cx('status');
      for (const [, owner] of (await owners(other))!) expect(stdout).toContain(` ${owner} `);
    }, 60_000);

    it('11.3: both histories, one of two projectors killed that divide the work: the same figures as on the embedded store, byte for byte', async () => {
      const first = await ingest.cx(...imports('cdnow'));
      expect(first.status).toBe(0);
      const importing = ingest.cxBegun(...imports('incidents'));
      await until('some of it is projected', async () => {
        const { items } = await project.get<{ items: { position: string }[] }>('/v1/projections');
        return items.every(({ position }) => position !== '0');
      });
      await project.kill();
      const second = await importing.ended;
      expect(second.status).toBe(0);
      // The other one takes its partitions over.
      await caughtUp(other);
      expect(await figuresOf(query)).toEqual(figures);
      const { complete } = await other.get<{ complete: boolean }>('/v1/projections');
      expect(complete).toBe(true);
      await project.start();
    }, 600_000);

    it('11.4: a read waits on a query server for what an ingest server recorded', async () => {
      const sent = await ingest.post('/v1/events', issueRaised('seen', { subject: 'C-seen' }));
      const { results } = (await sent.json()) as { results: { position: string }[] };
      const after = results[0]!.position;
      const view = await query.get<{ openCount: number }>('/v1/customers/C-seen/issues', { after });
      expect(view.openCount).toBe(1);
    });

    it('11.4: who needs an engine that is away is not ready, and ready again by itself when it is back', async () => {
      await engines.views.stop();
      for (const server of [ingest, project, query])
        await until('not ready without its database', async () => (await readiness(server))[0] === 503);
      await engines.views.up();
      for (const server of [ingest, project, query])
        await until('ready with its database', async () => (await readiness(server))[0] === 200, 20_000);
      if (EventStoreServer.isReal) {
        saySkipped('EventStoreDB away (a server given by CX_TEST_EVENTSTORE, which tests do not stop)');
        return;
      }
      await engines.events.end('SIGKILL');
      for (const server of [ingest, query])
        await until('not ready without the event store', async () => (await readiness(server))[0] === 503);
      await engines.events.begin();
      for (const server of [ingest, project, query])
        await until('ready with the event store', async () => (await readiness(server))[0] === 200, 20_000);
      const sent = await ingest.post('/v1/events', issueRaised('back', { subject: 'C-seen' }));
      const { results } = (await sent.json()) as { results: { position: string }[] };
      const view = await query.get<{ openCount: number }>('/v1/customers/C-seen/issues', {
        after: results[0]!.position,
      });
      expect(view.openCount).toBe(2);
    }, 180_000);

    it('11.5: a ledger moves to EventStoreDB and back, and gives the same figures', async () => {
      const home = new LedgerProcess();
      await home.start();
      const rows = readFileSync(HISTORIES.incidents, 'utf8').split('\n').slice(0, 400).join('\n');
      const file = join(home.folder, '..', 'incidents.csv');
      writeFileSync(file, rows);
      await home.cx('import', file, '--map', join('infra', 'mappings', 'incidents.yaml'));
      await caughtUp(home);
      const before = await figuresOf(home);
      await home.stop();
      const store = engines.events.newLedger();
      const database = await engines.views.database();
      const toEngines = ['--from', `embedded:${home.folder}`, '--to', store, '--keys-to', database] as const;
      const away = await home.cx('copy', ...toEngines, '--json');
      const copied = JSON.parse(away.stdout) as { events: number; digest: string };
      expect(copied).toMatchObject({ copied: copied.events, newer: 0 });
      expect(away.stdout).not.toContain(new URL(database).password);
      // A second run finds everything there; the way back gives the same bytes.
      const again = await home.cx('copy', ...toEngines, '--json');
      expect(JSON.parse(again.stdout)).toEqual({ ...copied, copied: 0 });
      const moved = new LedgerProcess();
      const toFolder = [
        '--from',
        store,
        '--keys-from',
        database,
        '--to',
        `embedded:${moved.folder}`,
      ] as const;
      const back = await home.cx('copy', ...toFolder, '--json');
      expect(JSON.parse(back.stdout)).toMatchObject({ digest: copied.digest, keys: moved.folder });
      await moved.start();
      await caughtUp(moved);
      expect(await figuresOf(moved)).toEqual(before);
      for (const ledger of [moved, home]) await ledger.remove();
    }, 300_000);

    it('11.4: a stopped server answers what is in progress and ends with 0', async () => {
      for (const server of [query, project, other, ingest]) await server.stop();
    }, 60_000);
  });
});

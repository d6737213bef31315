import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../kit/api.js';
import { describeWithOwnEventStore } from '../kit/describe-with-own-eventstore.js';
import { EventStoreServer } from '../kit/eventstore-server.js';
import { newDataFolder, startServer, StartFailed, type TestServer } from '../kit/server.js';
import { issueRaised, sentEvent } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

/** Keys are made at random, so what is compared between two ledgers leaves positions and times of recording out. */
const VIEWS = ['loyalty', 'churn-risk', 'issues'];

describe('11.1: a ledger on EventStoreDB over HTTP', () => {
  let store: EventStoreServer;
  let connection: string;
  let server: TestServer;
  let api: Api;
  const folder = newDataFolder();

  const start = async () => {
    const env = { CX_STORE: connection, CX_LOCAL: folder, CX_MASTER_KEY: MASTER_KEY };
    server = await startServer({ folder, env });
    api = new Api(server.url, server.operatorKey);
  };

  beforeAll(async () => {
    store = await EventStoreServer.start();
    connection = store.newLedger();
    await start();
  });

  afterAll(async () => {
    await server.stop();
    await store.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const raised = (id: string, subject: string) => issueRaised(id, { subject });

  it('publishes, shows it in the views after its position, and audits and replays it', async () => {
    const results = await api.publish(raised('e1', 'ann'), raised('e2', 'ann'), raised('e3', 'bob'));
    expect(results.map(({ status }) => status)).toEqual(['recorded', 'recorded', 'recorded']);
    for (const { position } of results) {
      const { status, body } = await api.ask(`/v1/customers/ann/issues?after=${position}`);
      expect([status, body.customer]).toEqual([200, 'ann']);
    }
    const { body: issues } = await api.ask(`/v1/customers/ann/issues?after=${results.at(-1)!.position}`);
    expect(issues.openCount).toBe(2);
    const { body: history } = await api.ask('/v1/audit/customers/ann/events');
    expect(history.items.map((item: { position: string }) => item.position)).toEqual([
      results[0]!.position,
      results[1]!.position,
    ]);
    expect(history.items.map((item: { revision: number }) => item.revision)).toEqual([0, 1]);
    // EventStoreDB does not number events: the index does, a moment later. The customers of a request are appended side by side.
    const bobFirst = BigInt(results[2]!.position!) < BigInt(results[0]!.position!);
    await until('the events are numbered', async () => {
      const { body } = await api.ask('/v1/audit/customers/ann/events');
      return body.items.map((item: { entry?: number }) => item.entry).join() === (bobFirst ? '1,2' : '0,1');
    });
    const { body: replay } = await api.ask('/v1/audit/customers/ann/replay?view=issues');
    const counts = replay.items.map((item: { view: { openCount: number } }) => item.view.openCount);
    expect(counts.slice(0, 2)).toEqual([1, 2]);
    const { body: then } = await api.ask(`/v1/customers/ann/issues?at=${results[0]!.position}`);
    expect(then.openCount).toBe(1);
  });

  it('recognises a repeat, and an id with other content, also after a restart without its index', async () => {
    const [first] = await api.publish(raised('r1', 'rita'));
    const repeat = { ...first, status: 'duplicate' };
    expect(await api.publish(raised('r1', 'rita'))).toEqual([repeat]);
    await server.stop();
    for (const file of ['event-index.sqlite', 'event-index.sqlite-wal', 'event-index.sqlite-shm'])
      rmSync(join(folder, file), { force: true });
    await start();
    expect(await api.publish(raised('r1', 'rita'))).toEqual([repeat]);
    const other = { ...raised('r1', 'rita'), time: '2026-01-01T00:00:00Z' };
    const refused = await api.ask('/v1/events', { json: other });
    expect([refused.status, refused.body.type]).toEqual([409, 'urn:cx-ledger:problem:id-reused']);
    expect((await api.ask('/v1/audit/customers/rita/events')).body.items).toHaveLength(1);
  });

  it('reads merged customers as one', async () => {
    const results = await api.publish(
      raised('m1', 'mia'),
      raised('m2', 'contact:7'),
      sentEvent('cx.CustomersMerged.v1', 'm3', { mergedId: 'contact:7' }, { subject: 'mia' }),
    );
    const after = results.map(({ position }) => BigInt(position!)).reduce((a, b) => (a > b ? a : b));
    const { body } = await api.ask(`/v1/customers/contact%3A7/issues?after=${after}`);
    expect(body).toMatchObject({ customer: 'mia', mergedInto: 'mia', openCount: 2 });
  });

  it('refuses a request that is to be atomic over several customers, also as a dry run, and takes one of one', async () => {
    const several = [raised('a1', 'amy'), raised('a2', 'ben')];
    for (const query of ['atomic=true', 'atomic=true&dryRun=true']) {
      const { status, body } = await api.ask(`/v1/events?${query}`, {
        json: several,
        headers: { 'content-type': 'application/cloudevents-batch+json' },
      });
      expect([query, status, body.type]).toEqual([query, 422, 'urn:cx-ledger:problem:atomic-not-supported']);
      expect(body.detail).toContain('one request for each customer');
    }
    // Nothing of it was recorded: the customer is not known.
    expect((await api.ask('/v1/audit/customers/amy/events')).status).toBe(404);
    const { status, body } = await api.ask('/v1/events?atomic=true', {
      json: [raised('a1', 'amy'), raised('a3', 'amy')],
      headers: { 'content-type': 'application/cloudevents-batch+json' },
    });
    expect([status, body.results.length]).toEqual([200, 2]);
  });

  it('says how far the views are, and is ready', async () => {
    const { body } = await api.ask('/v1/projections');
    expect(JSON.stringify(body)).toMatch(/"eventsBehind":\d+/);
    expect((await api.ask('/health/ready')).status).toBe(200);
  });

  it('shows the same views as an embedded ledger that was sent the same events', async () => {
    const embedded = await startServer({ env: { CX_MASTER_KEY: MASTER_KEY } });
    try {
      const other = new Api(embedded.url, embedded.operatorKey);
      const events = Array.from({ length: 40 }, (_, i) => raised(`s${i}`, `same-${i % 4}`));
      const asOf = '2026-09-01T00:00:00Z';
      const shown: string[][] = [];
      for (const each of [api, other]) {
        const results = await each.publish(...events);
        const after = results.map(({ position }) => BigInt(position!)).reduce((a, b) => (a > b ? a : b));
        const texts: string[] = [];
        for (const view of VIEWS)
          for (let i = 0; i < 4; i++) {
            const { body } = await each.ask(`/v1/customers/same-${i}/${view}?asOf=${asOf}&after=${after}`);
            delete body.position;
            texts.push(JSON.stringify(body));
          }
        shown.push(texts);
      }
      expect(shown[0]).toEqual(shown[1]);
    } finally {
      await embedded.stop();
      rmSync(embedded.folder, { recursive: true, force: true });
    }
  });

  describeWithOwnEventStore('with a server that is killed', () => {
    it('says not ready while EventStoreDB is away, and has all it acknowledged when it is back', async () => {
      const acknowledged = new Set<string>();
      let publishing = true;
      const publisher = async () => {
        for (let i = 0; publishing; i++) {
          const id = `f${i}`;
          // A publisher sends again what was not acknowledged.
          for (let done = false; !done && publishing;) {
            done = await api.publish(raised(id, 'fay')).then(
              () => true,
              () => false,
            );
            if (done) acknowledged.add(id);
          }
        }
      };
      const running = publisher();
      const isReady = async () => (await api.ask('/health/ready')).status === 200;
      await until('events are acknowledged', () => acknowledged.size > 20);
      await store.end('SIGKILL');
      await until('it is not ready', async () => !(await isReady()));
      await store.begin();
      await until('it is ready again', isReady, 10_000);
      const then = acknowledged.size;
      await until('events are acknowledged again', () => acknowledged.size > then + 20, 10_000);
      publishing = false;
      await running;
      const ids: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await api.ask(`/v1/audit/customers/fay/events?limit=500${cursor}`);
        ids.push(...body.items.map((item: { event: { id: string } }) => item.event.id));
        if (body.next === null) break;
        cursor = `&cursor=${encodeURIComponent(body.next)}`;
      }
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining([...acknowledged]));
      expect(ids.length - acknowledged.size).toBeLessThanOrEqual(1);
      await until('the views have them all', async () => {
        const { body } = await api.ask('/v1/customers/fay/issues');
        return body.openCount === ids.length;
      });
    });
  });

  it('does not start, and names the setting without its password, when no server answers', async () => {
    const env = { CX_STORE: 'esdb://user:s3cret-word@127.0.0.1:9?tls=false', CX_MASTER_KEY: MASTER_KEY };
    const own = newDataFolder();
    const failed = await startServer({ folder: own, env: { ...env, CX_LOCAL: own } }).catch(
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(StartFailed);
    const { printed } = failed as StartFailed;
    expect(printed).toContain('CX_STORE');
    expect(printed).not.toContain('s3cret');
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { kafkaClient } from '#engines/kafka';
import { CuttingProxy } from '../kit/cutting-proxy.js';
import { saySkipped } from '../kit/describe-with.js';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { describeWithPostgres } from '../kit/describe-with-postgres.js';
import { EventStoreServer } from '../kit/eventstore-server.js';
import { freePort } from '../kit/free-port.js';
import { caughtUp } from '../kit/history-views.js';
import { KafkaBroker } from '../kit/kafka-broker.js';
import { LedgerProcess } from '../kit/ledger-process.js';
import { Load, overHttp, overKafka } from '../kit/load.js';
import { PostgresServer } from '../kit/postgres-server.js';
import { SILENT } from '../kit/silent-log.js';
import { issueRaised } from '../kit/touchpoint.js';
import { until } from '../kit/until.js';

const TOPIC = 'cx.touchpoints';
const CUSTOMERS = Array.from({ length: 6 }, (_, i) => `C-${i}`);
/** How long after the engines' return everything must work again, and how long a fault may stay untold. */
const RECOVERY_MILLIS = 10_000;

/** Each of Kafka's starts takes seconds of processor: those beyond the pairs of engines run where they are asked for. */
const all = process.env.CX_TEST_FAULTS === 'all';
if (!all) saySkipped('Kafka twice in a row, and all three half open at once (CX_TEST_FAULTS=all runs them)');

const isOwn = !EventStoreServer.isReal && process.env.CX_TEST_POSTGRES === undefined;
if (!isOwn) saySkipped('engines away together (servers that were given are not stopped)');

const describeAway = isOwn ? describeWithPostgres : () => undefined;

describeAway('11.8: engines go away together and come back under load', () => {
  describeWithKafka('with Kafka', () => {
    let events: EventStoreServer;
    let views: PostgresServer;
    let kafka: KafkaBroker;
    let proxies: { events: CuttingProxy; views: CuttingProxy; kafka: CuttingProxy };
    let ledger: LedgerProcess;
    let loads: Load[];

    interface Told {
      readonly status: number;
      readonly body: { readonly detail?: string; readonly degraded?: readonly string[] };
    }
    const readiness = () => ledger.api.ask('/health/ready') as Promise<Told>;
    /** Fails with what readiness said last, and with each change of it on the way. */
    const told = async (what: string, holds: (told: Told) => boolean) => {
      const begun = Date.now();
      const heard: string[] = [];
      const look = async () => {
        const said = await readiness();
        const words = JSON.stringify([said.status, said.body.detail, said.body.degraded]);
        if (heard.at(-1)?.endsWith(words) !== true) heard.push(`${Date.now() - begun} ms: ${words}`);
        return holds(said);
      };
      await until(what, look, RECOVERY_MILLIS).catch((error: Error) => {
        throw new Error(`${error.message}; readiness said\n${heard.join('\n')}`);
      });
    };
    const isReady = () =>
      told('ready, nothing degraded', ({ status, body }) => status === 200 && body.degraded === undefined);
    const notReady = () => told('not ready', ({ status }) => status === 503);
    const kafkaIsAway = () =>
      told('the word of Kafka', ({ status, body }) => {
        if (status === 503) return true;
        return (body.degraded ?? []).some((words) => /^kafka intake|not sent/.test(words));
      });

    beforeAll(async () => {
      const port = await freePort();
      const kafkaProxy = await CuttingProxy.start(port);
      [events, views, kafka] = await Promise.all([
        EventStoreServer.start(),
        PostgresServer.start({ durable: true }),
        KafkaBroker.start({
          port,
          properties: {
            'group.min.session.timeout.ms': '1000',
            'advertised.listeners': `CLIENTS://127.0.0.1:${kafkaProxy.port}`,
          },
        }),
      ]);
      proxies = {
        events: await CuttingProxy.start(events.ownPort),
        views: await CuttingProxy.start(views.port),
        kafka: kafkaProxy,
      };
      const database = new URL(await views.database()).pathname.slice(1);
      ledger = new LedgerProcess({
        CX_STORE: `esdb://127.0.0.1:${proxies.events.port}?tls=false`,
        CX_VIEWS: views.address(database, proxies.views.port),
        CX_KAFKA: `127.0.0.1:${kafkaProxy.port}`,
        CX_KAFKA_SESSION_SECONDS: '2',
      });
      ledger.set({ CX_LOCAL: ledger.folder });
      await ledger.start();
      for (const subject of CUSTOMERS) await ledger.api.publish(issueRaised(`first-${subject}`, { subject }));
      await until('Kafka is joined', async () => (await readiness()).body.degraded === undefined);
      const client = kafkaClient({ brokers: [`127.0.0.1:${kafkaProxy.port}`] }, SILENT);
      loads = [
        new Load('http', CUSTOMERS, overHttp(ledger), 2),
        new Load('kafka', CUSTOMERS, overKafka(client, TOPIC)),
      ];
    }, 120_000);

    afterAll(async () => {
      await Promise.all(loads.map((load) => load.stop()));
      await ledger.remove();
      for (const proxy of Object.values(proxies)) await proxy.close();
      await kafka.remove();
      await views.remove();
      await events.remove();
    }, 120_000);

    const esdb = { away: () => events.end('SIGKILL'), back: () => events.begin(), told: notReady };
    const pg = { away: () => views.kill(), back: () => views.up(), told: notReady };
    const stopped = { away: () => kafka.stop(), back: () => kafka.up(), told: kafkaIsAway };
    const killed = { ...stopped, away: () => kafka.kill() };
    const frozen = (proxy: keyof typeof proxies, toldOf: () => Promise<void>) => ({
      away: async () => proxies[proxy].freeze(),
      back: async () => proxies[proxy].thaw(),
      told: toldOf,
    });
    type Fault = typeof esdb;

    const FAULTS: readonly (readonly [string, readonly Fault[]])[] = [
      ['EventStoreDB and PostgreSQL are killed', [esdb, pg]],
      ['Kafka is stopped and PostgreSQL killed', [stopped, pg]],
      ...(all ? [['Kafka is stopped again, at once', [stopped]] as const] : []),
      ['Kafka and EventStoreDB are killed', [killed, esdb]],
      ...(all ? [['Kafka is killed again, at once', [killed]] as const] : []),
      ['only Kafka is behind half-open connections', [frozen('kafka', kafkaIsAway)]],
      ...(all
        ? [
            [
              'all three are behind half-open connections',
              [frozen('events', notReady), frozen('views', notReady), frozen('kafka', kafkaIsAway)],
            ] as const,
          ]
        : []),
    ];

    it.each(FAULTS)(
      '%s: readiness tells, and within ten seconds of their return all works by itself',
      async (_what, faults) => {
        for (const { away } of faults) await away();
        for (const { told: isTold } of faults) await isTold();
        await Promise.all(faults.map(({ back }) => back()));
        const before = loads.map(({ count }) => count);
        await isReady();
        await until(
          'both ways to be acknowledged again',
          () => loads.every(({ count }, i) => count > before[i]! + 3),
          RECOVERY_MILLIS,
        );
        // What the brokers have acknowledged is taken in and shown, not only what HTTP has.
        const [, customer, id] = newest(loads[1]!);
        const isShown = async () => (await ledger.api.ask(`/v1/issues/issue-${id}`)).status === 200;
        await until('what Kafka took is shown', isShown, RECOVERY_MILLIS).catch(async (error: Error) => {
          const isRecorded = (await recordedOf(customer)).includes(id);
          const said = [await readiness(), await ledger.api.ask('/v1/projections')].map(({ body }) => body);
          throw new Error(`${error.message}; recorded: ${isRecorded}; ${JSON.stringify(said)}`);
        });
      },
      90_000,
    );

    it('has everything that was acknowledged, each once, and no view is wrong', async () => {
      await Promise.all(loads.map((load) => load.stop()));
      for (const customer of CUSTOMERS) {
        const acknowledged = loads.flatMap((load) => load.acknowledged.get(customer) ?? []);
        await until(`all of ${customer} is recorded`, async () => {
          const recorded = new Set(await recordedOf(customer));
          return acknowledged.every((id) => recorded.has(id));
        });
        const recorded = await recordedOf(customer);
        expect(new Set(recorded).size).toBe(recorded.length);
      }
      await caughtUp(ledger);
      for (const customer of CUSTOMERS) {
        const recorded = await recordedOf(customer);
        expect([...(await issuesOf(customer))].sort()).toEqual(recorded.map((id) => `issue-${id}`).sort());
      }
      for (const { count } of loads) expect(count).toBeGreaterThan(50);
      const { status, stdout } = await ledger.cx('rebuild', '--json');
      expect([status, JSON.parse(stdout)]).toMatchObject([0, { job: { status: 'completed', differing: 0 } }]);
    }, 90_000);

    function newest({ acknowledged }: Load): readonly [number, string, string] {
      const last = [...acknowledged].map(
        ([customer, ids]) => [Number(ids.at(-1)!.split('-').at(-1)), customer, ids.at(-1)!] as const,
      );
      return last.toSorted(([a], [b]) => b - a)[0]!;
    }

    async function recordedOf(customer: string): Promise<string[]> {
      const path = `/v1/audit/customers/${customer}/events`;
      return (await ledger.all<{ event: { id: string } }>(path)).map(({ event }) => event.id);
    }

    async function issuesOf(customer: string): Promise<Set<string>> {
      const items = await ledger.all<{ issueId: string }>('/v1/issues', { customer });
      return new Set(items.map(({ issueId }) => issueId));
    }
  });
});

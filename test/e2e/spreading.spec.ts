import { fork } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openPostgresOperationsStore, PostgresReadModel } from '#engines/postgres';
import { kafkaClient, logName, RecordedConsumer, recordedMessageOf, Relay } from '#engines/kafka';
import { storedPosition } from '#event-sourcing';
import { MemoryReadModel, PartitionFeed, Projector } from '#projector';
import { TABLES } from '#views';
import { describeWithSharedKafka } from '../kit/describe-with-kafka.js';
import { describeWithPostgres } from '../kit/describe-with-postgres.js';
import { DeliveredLog } from '../kit/delivered-log.js';
import { BEGINNING, delivery, eventHistory } from '../kit/event-histories.js';
import { KafkaFixture, type SharedKafka } from '../kit/kafka-fixture.js';
import { PostgresServer } from '../kit/postgres-server.js';
import { projectorOf, SetClock, storedBytes } from '../kit/projected.js';
import type { EventSpec } from '../kit/recorded-events.js';
import { SILENT } from '../kit/silent-log.js';
import { until } from '../kit/until.js';

const LOG = { storeId: 'log', epoch: 'first' };
const NOW = BEGINNING + 40 * 86_400_000;
const PARTITIONS = 4;

/** One history with merges and retractions, in an order that has nothing to do with its times. */
const HISTORY: readonly EventSpec[] = fc
  .sample(eventHistory(160).chain(delivery), { seed: 11, numRuns: 9 })
  .toSorted((a, b) => b.length - a.length)[0]!;

let started = 0;

/** One of several processes that project. */
class Server {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  private constructor(
    readonly readModel: PostgresReadModel,
    private readonly projector: Projector,
    private readonly consumer: RecordedConsumer,
    readonly feed: PartitionFeed,
  ) {}

  /** Partitions, their owners, and how many records each is behind, as this server shows them. */
  async shown() {
    const { partitions = [] } = await this.projector.status();
    return partitions.map(({ partition, owner, recordsBehind }) => [partition, owner, recordsBehind]);
  }

  static async start(log: DeliveredLog, url: string, fixture: SharedKafka, topic: string): Promise<Server> {
    const readModel = await PostgresReadModel.open({ url });
    const feed = new PartitionFeed(`server:${++started}`);
    const clock = new SetClock(NOW);
    const limits = { pageEvents: 7, takeOverMillis: 100, retryMillis: 200 };
    const projector = new Projector({ events: log, readModel, clock, feed, limits });
    const options = { topic, groupId: `group-${topic}`, feed, logName: logName(LOG), sessionSeconds: 6 };
    const kafka = kafkaClient(fixture.broker.connection, SILENT);
    const server = new Server(
      readModel,
      projector,
      new RecordedConsumer({ ...options, kafka, log: SILENT }),
      feed,
    );
    server.running = projector.run(server.stopping.signal);
    server.consumer.start();
    return server;
  }

  async stop(): Promise<void> {
    await this.consumer.stop();
    this.stopping.abort();
    await this.running;
    await this.readModel.close();
  }
}

describeWithPostgres('11.3: projecting that is spread over the partitions of a topic', () => {
  describeWithSharedKafka('of a real broker', () => {
    let fixture: SharedKafka;
    let postgres: PostgresServer;
    beforeAll(async () => {
      [fixture, postgres] = await Promise.all([KafkaFixture.shared(), PostgresServer.start()]);
    }, 120_000);
    afterAll(async () => {
      await fixture.close();
      await postgres.remove();
    });

    async function relayTo(topic: string, log: DeliveredLog, url: string) {
      const operations = await openPostgresOperationsStore({ url });
      const relay = new Relay({
        ...{ name: 'cx.recorded', topic, kafka: fixture.kafka, events: log, log: SILENT },
        positions: operations.relayPositionsOf(LOG),
        content: { marksEnds: true, messagesOf: (events) => [events.map(recordedMessageOf(LOG))] },
      });
      relay.start();
      return {
        relay,
        stop: async () => {
          await relay.stop();
          await operations.close();
        },
      };
    }

    it('ends as one projector would, through joining, leaving, deleted records, a second relay and more partitions', async () => {
      const url = await postgres.database();
      const topic = await fixture.topic(PARTITIONS);
      const log = new DeliveredLog();
      const relays = [await relayTo(topic, log, url), await relayTo(topic, log, url)];
      const servers = [await Server.start(log, url, fixture, topic)];
      const { readModel } = servers[0]!;
      const deliver = async (events: readonly EventSpec[]) => {
        log.deliver(...events);
        for (const { relay } of relays) relay.wake();
      };
      const slice = Math.ceil(HISTORY.length / 6);
      const part = (at: number) => HISTORY.slice(at * slice, (at + 1) * slice);
      const allReached = async (what: string) => {
        await untilProjected(`${what}: everything`, readModel, log);
        // What is said to be reached is there: each event was read, once or more.
        const { progress } = await readModel.stored.writerState();
        expect(progress.counts.read).toBeGreaterThanOrEqual(Number(await log.head()));
      };
      try {
        await deliver(part(0));
        await allReached('one server');
        servers.push(await Server.start(log, url, fixture, topic));
        await until('two servers divide the partitions', () =>
          servers.every(({ feed }) => feed.claims.length === PARTITIONS / 2),
        );
        await deliver(part(1));
        await allReached('two servers');
        // Each shows the same: its own partitions, those of the other, and that nothing is left to do.
        const owned = servers.flatMap(({ feed }) =>
          feed.claims.map(({ partition }) => [partition, feed.owner, 0] as const),
        );
        for (const server of servers)
          expect(await server.shown()).toEqual(owned.toSorted(([a], [b]) => a - b));
        // The server that sends is gone: the other one takes the relay over.
        await relays.shift()!.stop();
        await deliver(part(2));
        await servers.pop()!.stop();
        await deliver(part(3));
        await allReached('one is left');
        // Nobody consumes, and the records of that time are deleted.
        await servers.pop()!.stop();
        const watcher = await PostgresReadModel.open({ url });
        const before = await watcher.spreading.partitions();
        expect(before.map(({ partition, owner }) => [partition, owner])).toEqual(
          Array.from({ length: PARTITIONS }, (_, partition) => [partition, null]),
        );
        await deliver(part(4));
        await until('the relay has sent it all', async () => {
          const ends = await fixture.admin.fetchTopicOffsets(topic);
          return ends.reduce((sum, { high }) => sum + Number(high), 0) >= Number(await log.head());
        });
        expect((await watcher.stored.timelineState()).checkpoint < (await log.head())).toBe(true);
        await until('the partitions are behind by what was sent', async () => {
          const behind = (await watcher.spreading.partitions()).map((one) => one.recordsBehind ?? 0);
          return behind.reduce((sum, one) => sum + one, 0) === part(4).length;
        });
        const ends = await fixture.admin.fetchTopicOffsets(topic);
        await fixture.admin.deleteTopicRecords({
          topic,
          partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
        });
        await fixture.admin.createPartitions({ topicPartitions: [{ topic, count: PARTITIONS + 1 }] });
        servers.push(
          await Server.start(log, url, fixture, topic),
          await Server.start(log, url, fixture, topic),
        );
        await relays.pop()!.stop();
        relays.push(await relayTo(topic, log, url));
        await deliver(part(5));
        await untilProjected('all of it again', watcher, log);
        expect(await storedBytes(watcher, TABLES, false)).toBe(await projectedAlone());
        await watcher.close();
      } finally {
        for (const server of servers) await server.stop();
        for (const { stop } of relays) await stop();
      }
    }, 240_000);

    it('goes on with the partitions of a process that was killed, from what that one has committed', async () => {
      const url = await postgres.database();
      const topic = await fixture.topic(PARTITIONS);
      const log = new DeliveredLog();
      const { relay, stop } = await relayTo(topic, log, url);
      const server = await Server.start(log, url, fixture, topic);
      const child = fork(join(import.meta.dirname, '..', 'kit', 'projecting-process.js'));
      try {
        const divided = { url, topic, groupId: `group-${topic}`, logName: logName(LOG), sessionSeconds: 6 };
        child.send({ ...divided, broker: fixture.broker.address, history: HISTORY, now: NOW });
        await until('both have partitions', () => server.feed.claims.length === PARTITIONS / 2, 60_000);
        const half = HISTORY.length >> 1;
        log.deliver(...HISTORY.slice(0, half));
        relay.wake();
        const { stored } = server.readModel;
        const read = async () => (await stored.writerState()).progress.counts.read;
        await until('some of it is projected', async () => (await read()) > half / 4);
        child.kill('SIGKILL');
        log.deliver(...HISTORY.slice(half));
        relay.wake();
        await until(
          'the other one has all partitions',
          () => server.feed.claims.length === PARTITIONS,
          60_000,
        );
        await untilProjected('everything', server.readModel, log);
        expect(await storedBytes(server.readModel, TABLES, false)).toBe(await projectedAlone());
        // Each record was counted once: by whoever committed it.
        expect(await read()).toBe(HISTORY.length);
      } finally {
        child.kill('SIGKILL');
        await server.stop();
        await stop();
      }
    }, 240_000);

    it('is held by a lease: a relay that lost it remembers nothing, and goes on where the other has come to', async () => {
      const url = await postgres.database();
      const [a, b] = [await openPostgresOperationsStore({ url }), await openPostgresOperationsStore({ url })];
      const [mine, theirs] = [a.relayPositionsOf(LOG), b.relayPositionsOf(LOG)];
      expect([await mine.hold('x'), await theirs.hold('x'), await mine.hold('x')]).toEqual([
        true,
        false,
        true,
      ]);
      await mine.set('x', storedPosition(5));
      await expect(theirs.set('x', storedPosition(9))).rejects.toMatchObject({ code: 'relay-taken-over' });
      await mine.release('x');
      expect(await theirs.hold('x')).toBe(true);
      await expect(mine.set('x', storedPosition(6))).rejects.toMatchObject({ code: 'relay-taken-over' });
      expect(await theirs.get('x')).toBe(5n);
      await Promise.all([a.close(), b.close()]);
    });
  });
});

async function untilProjected(what: string, { stored }: PostgresReadModel, log: DeliveredLog): Promise<void> {
  const head = await log.head();
  await until(`${what} is projected`, async () => (await stored.timelineState()).checkpoint >= head, 60_000);
}

async function projectedAlone(): Promise<string> {
  const readModel = new MemoryReadModel(TABLES);
  const events = new DeliveredLog(HISTORY);
  await projectorOf({ events, readModel, clock: new SetClock(NOW) }).catchUp();
  return storedBytes(readModel, TABLES, false);
}

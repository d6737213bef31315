// How fast do one and two processes project that divide the partitions of a topic?
//   node dist/test/bench/spreading.bench.js [--events 40000]
// On a real broker and a real PostgreSQL. When an event is visible that goes the whole way: whole-path.bench.ts.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { logName, recordedMessageOf, TopicWriter } from '#engines/kafka';
import { openPostgresOperationsStore, PostgresReadModel } from '#engines/postgres';
import { storedPosition } from '#event-sourcing';
import { Projector } from '#projector';
import { KafkaFixture } from '../kit/kafka-fixture.js';
import { PostgresServer } from '../kit/postgres-server.js';
import { SetClock } from '../kit/projected.js';
import { until } from '../kit/until.js';
import { machine } from './machine.js';
import type { SpreadOrder } from './spread-process.js';
import { Visits } from './visits.js';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '40000' },
  },
});
const EVENTS = Number(values.events);
const CUSTOMERS = EVENTS / 10;
const PARTITIONS = 8;
const PAGE = 1_000;
const LOG = { storeId: 'bench', epoch: 'first' };

/** A topic with all events, and a database that knows how far it goes; nothing is projected yet. */
async function filled(kafka: KafkaFixture, postgres: PostgresServer) {
  const [topic, url] = [await kafka.topic(PARTITIONS), await postgres.database()];
  const writer = new TopicWriter(kafka.kafka, topic);
  const visits = new Visits(CUSTOMERS).more(EVENTS);
  for (let after = storedPosition(0); after < (await visits.head());) {
    const page = await visits.readAll({ after, limit: PAGE });
    await writer.write(page.events.map(recordedMessageOf(LOG)));
    after = page.scannedTo;
  }
  const operations = await openPostgresOperationsStore({ url });
  await operations.relayPositionsOf(LOG).set('cx.recorded', await visits.head(), await writer.ends());
  await operations.close();
  await writer.close();
  const readModel = await PostgresReadModel.open({ url });
  await readModel.spreading.begin((await readModel.stored.writerState()).progress.commits);
  return { topic, url, readModel };
}

async function begun(order: SpreadOrder): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'spread-process.js'));
  child.send(order);
  await once(child, 'message');
  return child;
}

/** Events a second from the beginning until all are in the views, and what an event cost all processes, µs. */
async function divided(kafka: KafkaFixture, postgres: PostgresServer, processes: number) {
  const { topic, url, readModel } = await filled(kafka, postgres);
  const order = {
    url,
    topic,
    broker: kafka.broker.address,
    logName: logName(LOG),
    events: EVENTS,
    customers: CUSTOMERS,
  };
  const children = await Promise.all(Array.from({ length: processes }, () => begun(order)));
  const began = performance.now();
  for (const child of children) child.send('go');
  await until(
    'all to be projected',
    async () => (await readModel.stored.timelineState()).checkpoint >= BigInt(EVENTS),
    120_000,
  );
  const seconds = (performance.now() - began) / 1_000;
  const spent = children.map(async (child) => {
    const answered = once(child, 'message');
    child.send('stop');
    const [{ processorSeconds }] = (await answered) as [{ readonly processorSeconds: number }];
    return processorSeconds;
  });
  const processor = (await Promise.all(spent)).reduce((sum, one) => sum + one, 0);
  const { progress } = await readModel.stored.writerState();
  if (progress.counts.timeline !== EVENTS)
    throw new Error(`${progress.counts.timeline} of ${EVENTS} are there`);
  await readModel.close();
  return {
    what: `${processes} process${processes === 1 ? '' : 'es'}, ${PARTITIONS} partitions`,
    'events/s': Math.round(EVENTS / seconds),
    'µs an event': Math.round((processor / EVENTS) * 1e6),
  };
}

/** The same events and pages by one projector that reads a log in memory: what dividing is held against. */
async function alone(postgres: PostgresServer) {
  const readModel = await PostgresReadModel.open({ url: await postgres.database() });
  const events = new Visits(CUSTOMERS).deliver(EVENTS);
  const [began, used] = [performance.now(), process.cpuUsage()];
  await new Projector({ events, readModel, clock: new SetClock(events.end) }).catchUp();
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(used);
  await readModel.close();
  return {
    what: 'limit: one projector alone, without a topic',
    'events/s': Math.round(EVENTS / seconds),
    'µs an event': Math.round((user + system) / EVENTS),
  };
}

async function rates(): Promise<void> {
  const kafka = await KafkaFixture.open();
  const postgres = await PostgresServer.start({ durable: true, settings: ['shared_buffers=256MB'] });
  try {
    console.table([
      await alone(postgres),
      await divided(kafka, postgres, 1),
      await divided(kafka, postgres, 2),
    ]);
  } finally {
    await kafka.close();
    await postgres.remove();
  }
}

console.log(machine(), 'load', loadavg()[0]!.toFixed(1));
await rates();

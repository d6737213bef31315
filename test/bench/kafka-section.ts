import kafkajs from 'kafkajs';
import { kafkaClient } from '#engines/kafka';
import { KafkaBroker, kafkaMissing } from '../kit/kafka-broker.js';
import { SILENT } from '../kit/silent-log.js';
import { ContactCentre } from './contact-centre.js';
import { costOf, type Run } from './figures.js';
import { ObservedServer } from './observed-server.js';
import { headOf } from './until-projected.js';

const CUSTOMERS = 20_000;
const PARTITIONS = 4;
const PER_SEND = 1_000;
/** Touchpoints from Kafka until they are durable, beside a bare consumer that does nothing with them. */
export async function kafkaSection(run: Run): Promise<void> {
  const missing = kafkaMissing();
  if (missing !== undefined) return run.say(`kafka: left out, there is ${missing}`);
  const events = run.quick ? 40_000 : 200_000;
  const rounds = run.quick ? 1 : 3;
  run.say('kafka: starting a broker');
  const broker = await KafkaBroker.start();
  try {
    const measured = [];
    for (let round = 1; round <= rounds; round++) {
      run.say(`kafka: round ${round} of ${rounds}`);
      await produce(broker.address, `touchpoints-${round}`, round, events);
      const bare = await bareRate(broker.address, `touchpoints-${round}`, events);
      measured.push({ bare, ...(await serverRate(broker.address, `touchpoints-${round}`, events)) });
    }
    const best = measured.reduce((one, other) => (other.rate > one.rate ? other : one));
    run.add({
      bench: 'kafka-in',
      what: `topic of ${PARTITIONS} partitions → durable`,
      value: best.rate,
      unit: 'events/s',
      limit: {
        what: 'kafkajs, eachBatch doing nothing',
        value: Math.max(...measured.map(({ bare }) => bare)),
      },
      goal: { text: '≥ 20,000/s', met: best.rate >= 20_000 },
      ...{ observed: best.observed, cost: costOf(best.observed, events) },
      note: 'a whole server with its views, which also sends cx.recorded and cx.views; its first record to its last',
      rounds: measured.map(({ rate }) => rate),
    });
    run.add({
      bench: 'kafka-out',
      what: 'topic → durable → acknowledged in cx.recorded, while cx.views is sent too',
      value: best.outRate,
      unit: 'events/s',
      limit: { what: 'the same, until durable', value: best.rate },
      note: `${best.views} messages of changed views were acknowledged in cx.views until then`,
      rounds: measured.map(({ outRate }) => outRate),
    });
  } finally {
    await broker.remove();
  }
}

const clientOf = (address: string) => kafkaClient({ brokers: [address] }, SILENT);

async function produce(address: string, topic: string, seed: number, count: number): Promise<void> {
  const kafka = clientOf(address);
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const centre = new ContactCentre({ seed, customers: CUSTOMERS });
  for (let sent = 0; sent < count; sent += PER_SEND) {
    const messages = Array.from({ length: PER_SEND }, () => {
      const value = centre.single(Date.now());
      return { key: `default.${centre.lastCustomer}`, value, headers: STRUCTURED };
    });
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

async function bareRate(address: string, topic: string, count: number): Promise<number> {
  const consumer = clientOf(address).consumer({ groupId: `bare-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let [seen, began] = [0, 0];
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachBatch: async ({ batch }) => {
          began ||= performance.now();
          seen += batch.messages.length;
          if (seen >= count) resolve();
        },
      })
      .catch(reject);
  });
  const seconds = (performance.now() - began) / 1_000;
  await consumer.disconnect();
  return count / seconds;
}

/** A server that takes the topic in: from when its log begins to grow until it holds all. */
async function serverRate(address: string, topic: string, count: number) {
  const server = await ObservedServer.start({
    env: { CX_KAFKA: address, CX_KAFKA_TOPICS: topic, CX_KAFKA_GROUP: `cx-${topic}` },
  });
  try {
    const headNow = () => headOf(server);
    const before = await sentOut(address);
    let [first, began] = [0, 0];
    for (let head = await headNow(); head < count; head = await headNow()) {
      if (head > 0 && began === 0) {
        await server.observe();
        [first, began] = [head, performance.now()];
      }
      await new Promise((resolve) => setTimeout(resolve, began === 0 ? 5 : 50));
    }
    const rate = ((count - first) * 1_000) / (performance.now() - began);
    const observed = await server.observe();
    let sent = await sentOut(address);
    for (; sent.recorded - before.recorded < count; sent = await sentOut(address)) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const outRate = ((count - first) * 1_000) / (performance.now() - began);
    return { rate, outRate, views: sent.views - before.views, observed };
  } finally {
    await server.stop();
  }
}

/** Messages that stand in the topics that the server sends. */
async function sentOut(address: string): Promise<{ readonly recorded: number; readonly views: number }> {
  const admin = clientOf(address).admin();
  await admin.connect();
  try {
    const there = await admin.listTopics();
    const sizeOf = async (topic: string) => {
      if (!there.includes(topic)) return 0;
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets.reduce((sum, { high }) => sum + Number(high), 0);
    };
    return { recorded: await sizeOf('cx.recorded'), views: await sizeOf('cx.views') };
  } finally {
    await admin.disconnect();
  }
}

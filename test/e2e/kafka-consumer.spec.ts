import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import kafkajs, { type Kafka } from 'kafkajs';
import {
  installCodecs,
  kafkaClient,
  TouchpointConsumer,
  type RefusedRecord,
  type TouchpointConsumerOptions,
} from '#messaging';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { KafkaBroker } from '../kit/kafka-broker.js';
import { until } from '../kit/until.js';

const silent = { info: () => undefined, warn: () => undefined };
const { CompressionTypes } = kafkajs;
let topics = 0;

describeWithKafka('the consumer of touchpoints, on a real broker', () => {
  let broker: KafkaBroker;
  let kafka: Kafka;
  const running: TouchpointConsumer[] = [];

  beforeAll(async () => {
    broker = await KafkaBroker.start({ user: { name: 'cx', password: 'not-a-secret' } });
    kafka = kafkaClient(
      {
        brokers: [broker.address],
        sasl: { mechanism: 'scram-sha-512', username: 'cx', password: 'not-a-secret' },
      },
      silent,
    );
    installCodecs();
  }, 360_000);
  afterEach(async () => {
    for (const consumer of running.splice(0)) await consumer.stop();
  });
  afterAll(() => broker.remove());

  async function topicOf(partitions: number): Promise<string> {
    const topic = `touchpoints-${++topics}`;
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
    await admin.disconnect();
    return topic;
  }

  async function produce(
    topic: string,
    ids: readonly string[],
    compression = CompressionTypes.None,
  ): Promise<void> {
    const producer = kafka.producer({ idempotent: true });
    await producer.connect();
    const messages = ids.map((id) => ({
      key: id,
      value: JSON.stringify({ id }),
      headers: { 'content-type': 'application/cloudevents+json' },
    }));
    await producer.send({ topic, messages, compression });
    await producer.disconnect();
  }

  /** A consumer that notes what it takes in. */
  async function consume(topic: string, more: Partial<TouchpointConsumerOptions> = {}) {
    const taken: string[] = [];
    const refused: RefusedRecord[] = [];
    const consumer = new TouchpointConsumer({
      kafka,
      topics: new Map([[topic, ['default']]]),
      groupId: `group-${topic}`,
      takeIn: async (_tenant, inputs) => {
        taken.push(...inputs.map((input) => (input as { id: string }).id));
        return inputs.map(() => ({ taken: true }));
      },
      refuse: async (records) => {
        refused.push(...records);
      },
      log: silent,
      ...more,
    });
    running.push(consumer);
    await consumer.start();
    return { consumer, taken, refused };
  }

  const ids = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${index}`);

  it('reads every compression that Kafka knows', async () => {
    const topic = await topicOf(2);
    const expected: string[] = [];
    for (const name of ['None', 'GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const) {
      const some = ids(`${name}-`, 50);
      await produce(topic, some, CompressionTypes[name]);
      expected.push(...some);
    }
    const { taken } = await consume(topic);
    await until('all compressions', () => taken.length >= expected.length);
    expect([...taken].sort()).toEqual(expected.sort());
  });

  it('lets a batch that cannot be decoded stop nothing, and says so of each of its records', async () => {
    const topic = await topicOf(1);
    await produce(topic, ids('before-', 3));
    await produce(topic, ids('damaged-', 4), CompressionTypes.LZ4);
    await produce(topic, ids('after-', 3));
    const table = kafkajs.CompressionCodecs as unknown as Record<
      number,
      () => { decompress(bytes: Buffer): Promise<Buffer> }
    >;
    const { taken, refused } = await consume(topic);
    // The broker refuses damaged bytes, so the damage is done where the consumer decompresses.
    const healthy = table[CompressionTypes.LZ4]!;
    table[CompressionTypes.LZ4] = () => ({ decompress: (bytes) => healthy().decompress(bytes.subarray(7)) });
    try {
      await until('what stands behind the damaged batch', () => taken.includes('after-2'));
    } finally {
      table[CompressionTypes.LZ4] = healthy;
    }
    expect(taken).toEqual([...ids('before-', 3), ...ids('after-', 3)]);
    expect(refused.map(({ offset, code }) => [offset, code])).toEqual(
      ['3', '4', '5', '6'].map((offset) => [offset, 'undecodable-batch']),
    );
  });

  it('commits nothing that is not durable: the next member of the group begins where this one failed', async () => {
    const topic = await topicOf(1);
    await produce(topic, ids('e', 10));
    let attempts = 0;
    const first = await consume(topic, {
      takeIn: async () => {
        attempts += 1;
        throw new Error('the disk is full');
      },
    });
    await until('two attempts', () => attempts >= 2);
    await running.splice(running.indexOf(first.consumer), 1)[0]!.stop();
    const second = await consume(topic);
    await until('all events', () => second.taken.length >= 10);
    expect(second.taken).toEqual(ids('e', 10));
  });

  it('puts refused records away before it goes on', async () => {
    const topic = await topicOf(1);
    await produce(topic, ids('r', 5));
    const { refused } = await consume(topic, {
      takeIn: async (_tenant, inputs) =>
        inputs.map((input) =>
          (input as { id: string }).id === 'r3'
            ? { taken: false, code: 'unknown-type', detail: 'no' }
            : { taken: true },
        ),
    });
    await until('the refusal', () => refused.length > 0);
    expect(refused.map(({ tenant, offset, code }) => ({ tenant, offset, code }))).toEqual([
      { tenant: 'default', offset: '3', code: 'unknown-type' },
    ]);
  });

  it('loses nothing through a rebalance in the middle and a broker that is killed', async () => {
    const topic = await topicOf(6);
    const all = ids('x', 3_000);
    await produce(topic, all.slice(0, 1_500));
    const one = await consume(topic, { chunk: 50 });
    await until('the first events', () => one.taken.length > 0);
    const two = await consume(topic, { chunk: 50 });
    await broker.kill();
    await broker.up();
    await produce(topic, all.slice(1_500));
    const seen = () => new Set([...one.taken, ...two.taken]);
    await until('every event', () => seen().size === all.length, 90_000);
    expect([...seen()].sort()).toEqual([...all].sort());
  }, 180_000);
});

import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { StoreFault } from '#event-sourcing';
import kafkajs from 'kafkajs';
import { describeWithSharedKafka } from '../kit/describe-with-kafka.js';
import { KafkaFixture, type SharedKafka } from '../kit/kafka-fixture.js';
import { idsOf, RecordingConsumers, touchpoint } from '../kit/recording-consumers.js';
import { until } from '../kit/until.js';

const { CompressionTypes } = kafkajs;

describeWithSharedKafka('the consumer of touchpoints, on a real broker', () => {
  let room: SharedKafka;
  const consumers = new RecordingConsumers(() => room);

  beforeAll(async () => {
    room = await KafkaFixture.shared({ user: { name: 'cx', password: 'not-a-secret' } });
  }, 360_000);
  afterEach(() => consumers.stop());
  afterAll(() => room.close());

  const produce = (topic: string, ids: readonly string[], compression?: number) =>
    room.send(topic, ids.map(touchpoint), compression);

  it('reads every compression that Kafka knows', async () => {
    const topic = await room.topic(2);
    const expected: string[] = [];
    for (const name of ['None', 'GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const) {
      const some = idsOf(`${name}-`, 50);
      await produce(topic, some, CompressionTypes[name]);
      expected.push(...some);
    }
    const { taken } = await consumers.start(topic);
    await until('all compressions', () => taken.length >= expected.length);
    expect([...taken].sort()).toEqual(expected.sort());
  });

  it('lets a batch that cannot be decoded stop nothing, and says so of each of its records', async () => {
    const topic = await room.topic(1);
    await produce(topic, idsOf('before-', 3));
    await produce(topic, idsOf('damaged-', 4), CompressionTypes.LZ4);
    await produce(topic, idsOf('after-', 3));
    const table = kafkajs.CompressionCodecs as unknown as Record<
      number,
      () => { decompress(bytes: Buffer): Promise<Buffer> }
    >;
    const { taken, refused } = await consumers.start(topic);
    // The broker refuses damaged bytes, so the damage is done where the consumer decompresses.
    const healthy = table[CompressionTypes.LZ4]!;
    table[CompressionTypes.LZ4] = () => ({ decompress: (bytes) => healthy().decompress(bytes.subarray(7)) });
    try {
      await until('what stands behind the damaged batch', () => taken.includes('after-2'));
    } finally {
      table[CompressionTypes.LZ4] = healthy;
    }
    expect(taken).toEqual([...idsOf('before-', 3), ...idsOf('after-', 3)]);
    expect(refused.map(({ offset, code }) => [offset, code])).toEqual(
      ['3', '4', '5', '6'].map((offset) => [offset, 'undecodable-batch']),
    );
  });

  it('commits nothing that is not durable: the next member of the group begins where this one failed', async () => {
    const topic = await room.topic(1);
    await produce(topic, idsOf('e', 10));
    let attempts = 0;
    await consumers.start(topic, {
      before: async () => {
        attempts += 1;
        throw new StoreFault('disk-full', 'the disk is full');
      },
    });
    await until('two attempts', () => attempts >= 2);
    await consumers.stop();
    const second = await consumers.start(topic);
    await until('all events', () => second.taken.length >= 10);
    expect(second.taken).toEqual(idsOf('e', 10));
  });

  it('puts refused records away before it goes on', async () => {
    const topic = await room.topic(1);
    await produce(topic, idsOf('r', 5));
    const { refused } = await consumers.start(topic, {
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

  it('commits nothing behind a record that cannot be put away', async () => {
    const topic = await room.topic(1);
    await produce(topic, idsOf('p', 5));
    let attempts = 0;
    const { refused } = await consumers.start(topic, {
      takeIn: async (_tenant, inputs) =>
        inputs.map(() => ({ taken: false, code: 'unknown-type', detail: 'no' })),
      refuse: async () => {
        attempts += 1;
        throw new StoreFault('disk-full', 'the disk is full');
      },
    });
    await until('two attempts', () => attempts >= 2);
    await consumers.stop();
    expect(refused).toEqual([]);
    const second = await consumers.start(topic);
    await until('all events', () => second.taken.length >= 5);
    expect(second.taken).toEqual(idsOf('p', 5));
  });

  it('A1: a record that cannot be taken in for an unforeseen reason is a dead letter alone', async () => {
    const topic = await room.topic(1);
    await produce(topic, idsOf('u', 20));
    const { taken, refused } = await consumers.start(topic, {
      before: async (ids) => {
        if (ids.includes('u13')) throw new TypeError('something of the record');
      },
    });
    await room.untilConsumed(consumers.groupOf(topic), topic);
    expect([...new Set(taken)]).toEqual(idsOf('u', 20).filter((id) => id !== 'u13'));
    expect(refused.map(({ offset, code, input }) => [offset, code, input])).toEqual([
      ['13', 'intake-failed', { id: 'u13' }],
    ]);
  });

  it('A1: a record whose content cannot be put away is put away without it', async () => {
    const topic = await room.topic(1);
    await produce(topic, idsOf('w', 3));
    const kept: (readonly [string, unknown])[] = [];
    await consumers.start(topic, {
      takeIn: async (_tenant, inputs) =>
        inputs.map(() => ({ taken: false, code: 'unknown-type', detail: 'no' })),
      refuse: async (records) => {
        if (records.some(({ input }) => (input as { id?: string } | undefined)?.id === 'w1'))
          throw new TypeError('cannot be kept');
        kept.push(...records.map(({ offset, input }) => [offset, input] as const));
      },
    });
    await room.untilConsumed(consumers.groupOf(topic), topic);
    expect(kept).toEqual([
      ['0', { id: 'w0' }],
      ['1', undefined],
      ['2', { id: 'w2' }],
    ]);
  });

  it('A1: tells which partitions wait for the store, until they move', async () => {
    const topic = await room.topic(1);
    await produce(topic, idsOf('h', 3));
    let full = true;
    const { consumer, taken } = await consumers.start(topic, {
      before: async () => {
        if (full) throw new StoreFault('disk-full', 'the disk is full');
      },
    });
    await until('two attempts', () => (consumer.held[0]?.attempts ?? 0) >= 2);
    expect(consumer.held).toEqual([
      { topic, partition: 0, attempts: expect.any(Number), reason: 'the disk is full', code: 'disk-full' },
    ]);
    full = false;
    await until('the events', () => taken.length === 3);
    await until('that it moves', () => consumer.held.length === 0);
  });

  it('works on several partitions at once, and commits the offsets of all', async () => {
    const topic = await room.topic(4);
    for (const partition of [0, 1, 2, 3])
      await room.send(
        topic,
        idsOf(`p${partition}-`, 10).map((id) => ({ ...touchpoint(id), partition })),
      );
    const underWay = new Set<string>();
    const { taken } = await consumers.start(topic, {
      // Each partition waits until all four are at work: one by one they would wait for ever.
      before: async ([id]) => {
        underWay.add(id!.slice(0, 2));
        await until('all partitions', () => underWay.size === 4);
      },
    });
    await room.untilConsumed(consumers.groupOf(topic), topic);
    expect(taken).toHaveLength(40);
  });
});

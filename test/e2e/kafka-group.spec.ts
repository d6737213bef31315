import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Overloaded } from '#event-sourcing';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { KafkaFixture } from '../kit/kafka-fixture.js';
import { idsOf, RecordingConsumers, touchpoint } from '../kit/recording-consumers.js';
import { until } from '../kit/until.js';

describeWithKafka('a member of the consumer group, on a real broker', () => {
  let room: KafkaFixture;
  const consumers = new RecordingConsumers(() => room);

  beforeAll(async () => {
    room = await KafkaFixture.open({ properties: { 'group.min.session.timeout.ms': '2000' } });
  }, 360_000);
  afterEach(() => consumers.stop());
  afterAll(() => room.close());

  /** Messages for each of these partitions, named after it: `p0-first-0`. */
  async function produce(topic: string, partitions: number, name: string, count: number): Promise<string[]> {
    const all: string[] = [];
    for (let partition = 0; partition < partitions; partition += 1) {
      const ids = idsOf(`p${partition}-${name}-`, count);
      await room.send(
        topic,
        ids.map((id) => ({ ...touchpoint(id), partition })),
      );
      all.push(...ids);
    }
    return all;
  }

  it('keeps its partition while it works for longer than a session: nothing comes to another', async () => {
    const topic = await room.topic(1);
    const sessionSeconds = 2;
    // It is the length of the work that is tried here.
    const before = () => sleep(2_500 * sessionSeconds);
    const one = await consumers.start(topic, { sessionSeconds, before });
    const two = await consumers.start(topic, { sessionSeconds, before });
    const members = await room.untilStable(consumers.groupOf(topic), 2);
    const ids = await produce(topic, 1, 'long', 5);
    await room.untilConsumed(consumers.groupOf(topic), topic);
    expect([...one.taken, ...two.taken]).toEqual(ids);
    expect(await room.untilStable(consumers.groupOf(topic), 2)).toEqual(members);
  });

  it('holds a partition back while the store is under pressure; the others go on, and nothing is skipped', async () => {
    const topic = await room.topic(3);
    let pressed = true;
    let attempts = 0;
    const { taken } = await consumers.start(topic, {
      chunk: 10,
      before: async ([id]) => {
        if (!id!.startsWith('p0-') || !pressed) return;
        attempts += 1;
        throw new Overloaded('too much is under way', 1);
      },
    });
    const of = (partition: number) => taken.filter((id) => id.startsWith(`p${partition}-`));
    const first = await produce(topic, 3, 'first', 25);
    await until('the others', () => of(1).length === 25 && of(2).length === 25);
    await until('a second attempt', () => attempts >= 2);
    const second = await produce(topic, 3, 'second', 25);
    await until('the others again', () => of(1).length === 50 && of(2).length === 50);
    expect(of(0)).toEqual([]);
    pressed = false;
    await room.untilConsumed(consumers.groupOf(topic), topic);
    for (const partition of [0, 1, 2])
      expect(of(partition)).toEqual([...first, ...second].filter((id) => id.startsWith(`p${partition}-`)));
  });

  it('finishes what is under way when another member comes, commits it, and shares', async () => {
    const topic = await room.topic(4);
    const first = await produce(topic, 4, 'first', 50);
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let underWay = 0;
    const one = await consumers.start(topic, {
      chunk: 10,
      before: () => {
        underWay += 1;
        return gate;
      },
    });
    await until('work under way', () => underWay > 0);
    const joining = consumers.start(topic, { chunk: 10 });
    const group = consumers.groupOf(topic);
    await until('the rebalance', async () => (await room.group(group)).state === 'PreparingRebalance');
    open();
    const two = await joining;
    await room.untilStable(group, 2);
    const second = await produce(topic, 4, 'second', 10);
    await room.untilConsumed(group, topic);
    // Exactly once: what was done before the rebalance was committed before it, and the rest was left to the new owners.
    expect([...one.taken, ...two.taken].sort()).toEqual([...first, ...second].sort());
    const shares = [one, two].map(({ taken }) => taken.filter((id) => id.includes('-second-')).length);
    expect(shares).toEqual([20, 20]);
  });

  it('11.3: takes within seconds what comes to a partition that its topic got meanwhile', async () => {
    const topic = await room.topic(1);
    const { taken } = await consumers.start(topic);
    const first = await produce(topic, 1, 'first', 5);
    await until('the first events', () => taken.length === 5);
    await room.admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
    // A producer that does not know the partition yet would drop what is for it.
    const producer = room.kafka.producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ ...touchpoint('second'), partition: 1 }] });
    await producer.disconnect();
    await until('the event of the new partition', () => taken.includes('second'));
    expect([...taken].sort()).toEqual([...first, 'second'].sort());
  });

  it('goes on after the broker was stopped and started', async () => {
    const topic = await room.topic(3);
    const first = await produce(topic, 3, 'first', 100);
    const { taken } = await consumers.start(topic, { chunk: 10 });
    await until('the first events', () => taken.length > 0);
    await room.broker.stop();
    await room.broker.up();
    const second = await produce(topic, 3, 'second', 100);
    await room.untilConsumed(consumers.groupOf(topic), topic, 90_000);
    expect([...new Set(taken)].sort()).toEqual([...first, ...second].sort());
    await room.untilStable(consumers.groupOf(topic), 1);
  }, 180_000);

  it('loses nothing through a rebalance in the middle and a broker that is killed', async () => {
    const topic = await room.topic(6);
    const first = await produce(topic, 6, 'first', 250);
    const one = await consumers.start(topic, { chunk: 50, sessionSeconds: 2 });
    await until('the first events', () => one.taken.length > 0);
    const two = await consumers.start(topic, { chunk: 50, sessionSeconds: 2 });
    await room.broker.kill();
    await room.broker.up();
    const second = await produce(topic, 6, 'second', 250);
    await room.untilConsumed(consumers.groupOf(topic), topic, 90_000);
    const seen = new Set([...one.taken, ...two.taken]);
    expect([...seen].sort()).toEqual([...first, ...second].sort());
    // A consumer that is stopped while it joins again goes on looking for the broker for minutes, also when the tests are over.
    await room.untilStable(consumers.groupOf(topic), 2);
  }, 180_000);

  it('says why when the group does not take it', async () => {
    const topic = await room.topic(1);
    // Less than the broker's least.
    await expect(consumers.start(topic, { sessionSeconds: 1 })).rejects.toThrow(/session timeout/);
  });
});

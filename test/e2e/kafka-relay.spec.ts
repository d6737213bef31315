import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka, KafkaMessage } from 'kafkajs';
import { eventIdOf, type Position, START, streamName, storedPosition } from '#event-sourcing';
import { type NewEvent, type PartitionEnds, RelayPositions } from '#event-store';
import {
  ChangedViews,
  changedCustomers,
  recordedMessage,
  Relay,
  viewsMessage,
  type RelayContent,
} from '#engines/kafka';
import type { OperationsStore } from '#engines';
import { openSideStores } from '#engines/sqlite';
import { saySkipped } from '../kit/describe-with.js';
import { describeWithSharedKafka } from '../kit/describe-with-kafka.js';
import type { KafkaBroker } from '../kit/kafka-broker.js';
import { KafkaFixture, type SharedKafka } from '../kit/kafka-fixture.js';
import { SILENT } from '../kit/silent-log.js';
import { until } from '../kit/until.js';
import { MemoryEventStore } from '../kit/memory-event-store.js';

function event(customer: string, id: string, text?: string): NewEvent {
  const eventId = eventIdOf('default', '/test', id);
  const bytes = Buffer.from(
    JSON.stringify({ customer, eventId, id, tenant: 'default', text, type: 'cx.ContactEnded.v1' }),
  );
  const stream = streamName({ tenant: 'default', customer });
  return {
    stream,
    eventId,
    type: 'cx.ContactEnded.v1',
    bytes,
    contentHash: Buffer.alloc(16, id),
    recordedAt: 0,
  };
}

/** Keeps how far one relay is, and the ends of its topic. */
class RememberedEnds extends RelayPositions {
  override readonly keepsEnds = true;
  position: Position = START;
  ends: PartitionEnds | undefined;
  override get = () => Promise.resolve(this.position);
  override set = async (_: string, position: Position, ends?: PartitionEnds) => {
    [this.position, this.ends] = [position, ends];
  };
}

const itWithOwnBroker = KafkaFixture.isGiven ? it.skip : it;
if (KafkaFixture.isGiven)
  saySkipped('an outage of the broker (one given by CX_TEST_KAFKA is not stopped); unset it');

describeWithSharedKafka('the relay to Kafka, on a real broker', () => {
  let room: SharedKafka;
  let folder: string;
  let operations: OperationsStore;
  const relays: Relay[] = [];

  beforeAll(async () => {
    room = await KafkaFixture.shared();
    folder = mkdtempSync(join(tmpdir(), 'cx-relay-'));
    operations = (await openSideStores({ operations: { folder } })).operations;
  }, 360_000);
  afterEach(async () => {
    for (const relay of relays.splice(0)) await relay.stop();
  });
  afterAll(async () => {
    await operations.close();
    await room.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function relayOf(topic: string, events: MemoryEventStore, content?: RelayContent): Relay {
    const relay = new Relay({
      ...{
        name: topic,
        topic,
        kafka: room.kafka,
        events,
        positions: operations.relayPositionsOf(new MemoryEventStore()),
        log: SILENT,
      },
      content: content ?? { messagesOf: (stored) => [stored.map(recordedMessage)] },
    });
    relays.push(relay);
    relay.start();
    return relay;
  }

  const positionsByKey = (messages: readonly KafkaMessage[]) => {
    const byKey = new Map<string, number[]>();
    for (const { key, headers } of messages) {
      const name = key!.toString();
      byKey.set(name, [...(byKey.get(name) ?? []), Number(headers!['cx_position']!.toString())]);
    }
    return byKey;
  };

  it('sends the stored bytes of every event, in order for each customer', async () => {
    const topic = await room.topic(4);
    const store = new MemoryEventStore();
    const events = Array.from({ length: 60 }, (_, index) => event(`c${index % 7}`, `e${index}`));
    await store.append({ events });
    relayOf(topic, store);
    const messages = await room.read(topic);
    await until('every event', () => messages.length >= 60);
    const sent = messages.map(({ value }) => value!.toString()).sort();
    expect(sent).toEqual(events.map(({ bytes }) => Buffer.from(bytes).toString()).sort());
    for (const positions of positionsByKey(messages).values()) {
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
    }
  });

  itWithOwnBroker(
    'chatwoot 15920: goes on where it stood, through an outage of the broker and a restart of its own',
    async () => {
      const own = room.broker as KafkaBroker;
      const topic = await room.topic(4);
      const store = new MemoryEventStore();
      const relay = relayOf(topic, store);
      await store.append({ events: [event('a', '1')] });
      relay.wake();
      await until(
        'the first event',
        async () => (await operations.relayPositionsOf(new MemoryEventStore()).get(topic)) === 1n,
      );
      await own.stop();
      await store.append({ events: [event('a', '2')] });
      relay.wake();
      await until('that it says what is in the way', () => relay.status().fault !== null, 90_000);
      expect(await operations.relayPositionsOf(new MemoryEventStore()).get(topic)).toBe(1n);
      await relays.splice(0)[0]!.stop();
      await own.up();
      relayOf(topic, store);
      await until(
        'the second event',
        async () => (await operations.relayPositionsOf(new MemoryEventStore()).get(topic)) === 2n,
        90_000,
      );
      const messages = await room.read(topic);
      await until('both', () => messages.length >= 2);
      expect(positionsByKey(messages).get('default.a')).toEqual([1, 2]);
    },
    200_000,
  );

  it('sends views only as far as they are folded, the newest of a customer once per page', async () => {
    const topic = await room.topic(4);
    const store = new MemoryEventStore();
    await store.append({ events: [event('a', '1'), event('b', '2'), event('a', '3'), event('c', '4')] });
    let folded = START;
    const relay = relayOf(topic, store, {
      limit: async () => folded,
      messagesOf: (stored) => [
        changedCustomers(stored).map((changed) =>
          viewsMessage(changed, JSON.stringify({ ...changed, folded: Number(folded) })),
        ),
      ],
    });
    const messages = await room.read(topic);
    folded = storedPosition(3n);
    relay.wake();
    await until('two customers', () => messages.length >= 2);
    expect(await operations.relayPositionsOf(new MemoryEventStore()).get(topic)).toBe(3n);
    expect(
      messages
        .map(({ value }) => JSON.parse(value!.toString()))
        .sort((x, y) => (x.customer < y.customer ? -1 : 1)),
    ).toEqual([
      { tenant: 'default', customer: 'a', folded: 3 },
      { tenant: 'default', customer: 'b', folded: 3 },
    ]);
  });

  it('11.3: learns the ends of the topic from what it has sent, and asks the brokers only when it takes over', async () => {
    const topic = await room.topic(4);
    const store = new MemoryEventStore();
    const positions = new RememberedEnds();
    let asked = 0;
    const admin = () => {
      const one = room.kafka.admin();
      const fetchTopicOffsets = (of: string) => (asked++, one.fetchTopicOffsets(of));
      return { ...one, fetchTopicOffsets };
    };
    const relay = new Relay({
      ...{ name: topic, topic, positions, log: SILENT, events: store },
      kafka: Object.assign(Object.create(room.kafka) as Kafka, { admin }),
      content: { marksEnds: true, messagesOf: (events) => [events.map(recordedMessage)] },
    });
    relays.push(relay);
    relay.start();
    for (const page of [1, 2, 3]) {
      const events = Array.from({ length: 20 }, (_, i) => event(`c${i % 7}`, `${page}-${i}`));
      await store.append({ events });
      relay.wake();
      await until(`page ${page}`, () => positions.position === storedPosition(BigInt(page * 20)));
    }
    const own = room.kafka.admin();
    await own.connect();
    const offsets = await own.fetchTopicOffsets(topic);
    await own.disconnect();
    expect(positions.ends).toEqual(new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)])));
    expect(asked).toBe(1);
  });

  it('A2: sends a page of events that is larger than the brokers take at once', async () => {
    const topic = await room.topic(4);
    const store = new MemoryEventStore();
    const large = Array.from({ length: 150 }, (_, index) => event('a', `large-${index}`, 'x'.repeat(20_000)));
    await store.append({ events: large });
    relayOf(topic, store);
    const messages = await room.read(topic);
    await until('every event', () => messages.length >= 150);
    expect(positionsByKey(messages).get('default.a')).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
  });

  it('A2: sends, instead of views that are too large for a message, that they are', async () => {
    const topic = await room.topic(4);
    const store = new MemoryEventStore();
    await store.append({ events: [event('small', '1'), event('large', '2'), event('behind', '3')] });
    const views = new ChangedViews({
      viewsOf: async ({ customer }) =>
        JSON.stringify({ customer, text: 'x'.repeat(customer === 'large' ? 2_000_000 : 1) }),
      foldedTo: () => store.head(),
      log: SILENT,
    });
    relayOf(topic, store, views);
    const messages = await room.read(topic);
    await until('all of them', () => messages.length >= 3, 60_000);
    const bodies = messages.map(({ value }) => JSON.parse(value!.toString()) as { customer: string });
    expect(Object.fromEntries(bodies.map((body) => [body.customer, body]))).toEqual({
      small: { customer: 'small', text: 'x' },
      large: { customer: 'large', problem: { code: 'views-too-large', detail: expect.any(String) } },
      behind: { customer: 'behind', text: 'x' },
    });
  }, 90_000);
});

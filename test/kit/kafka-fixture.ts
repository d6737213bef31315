import type { Admin, Consumer, Kafka, KafkaMessage, Message, Producer } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { installCodecs, type KafkaConnection, kafkaClient } from '#engines/kafka';
import { committedOffsets } from './committed-offsets.js';
import { KafkaBroker } from './kafka-broker.js';
import type { BrokerOptions } from './kafka-properties.js';
import { SILENT } from './silent-log.js';
import { until } from './until.js';

/** What tests know of brokers that they neither stop nor look into. */
interface Brokers {
  readonly address: string;
  readonly connection: KafkaConnection;
  remove(): Promise<void>;
}

/** The brokers that `CX_TEST_KAFKA` names: `host:port`, several with commas between them. */
const GIVEN = process.env.CX_TEST_KAFKA;

/** Brokers with a client, and what tests do with the two. */
export class KafkaFixture<B extends Brokers = KafkaBroker> {
  /** Whether the brokers were given by `CX_TEST_KAFKA`, which tests do not stop. */
  static readonly isGiven = GIVEN !== undefined;

  readonly kafka: Kafka;
  readonly admin: Admin;
  private readonly producer: Producer;
  private readonly readers: Consumer[] = [];
  private readonly topics: string[] = [];

  private constructor(readonly broker: B) {
    installCodecs();
    this.kafka = kafkaClient(broker.connection, SILENT);
    this.admin = this.kafka.admin();
    this.producer = this.kafka.producer({ idempotent: true });
  }

  /** On a broker of its own. */
  static async open(options: BrokerOptions = {}): Promise<KafkaFixture> {
    return new KafkaFixture(await KafkaBroker.start(options)).connected();
  }

  /** On the brokers that `CX_TEST_KAFKA` names, where it is set; else on one of its own. */
  static async shared(options: BrokerOptions = {}): Promise<SharedKafka> {
    if (GIVEN === undefined) return KafkaFixture.open(options);
    const given = { address: GIVEN, connection: { brokers: GIVEN.split(',') }, remove: async () => {} };
    return new KafkaFixture<Brokers>(given).connected();
  }

  private async connected(): Promise<this> {
    await this.admin.connect();
    await this.producer.connect();
    return this;
  }

  async close(): Promise<void> {
    for (const reader of this.readers) await reader.disconnect();
    if (KafkaFixture.isGiven && this.topics.length > 0)
      await this.admin.deleteTopics({ topics: this.topics });
    for (const part of [this.producer, this.admin]) await part.disconnect();
    await this.broker.remove();
  }

  /** Creates a topic for one test. */
  async topic(numPartitions: number): Promise<string> {
    const topic = `cx-test-${randomBytes(6).toString('hex')}`;
    this.topics.push(topic);
    await this.admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
    return topic;
  }

  /** Waits until these topics exist (a starting server creates them). */
  async untilTopics(...topics: readonly string[]): Promise<void> {
    await until(`the topics ${topics.join(', ')}`, async () => {
      const there = await this.admin.listTopics();
      return topics.every((topic) => there.includes(topic));
    });
  }

  /** Writes messages; when it resolves they are in the topic. */
  async send(topic: string, messages: readonly Message[], compression?: number): Promise<void> {
    await this.producer.send({ topic, messages: [...messages], compression });
  }

  /** Messages of a topic from its beginning; the list grows as they arrive. */
  async read(topic: string): Promise<readonly KafkaMessage[]> {
    const messages: KafkaMessage[] = [];
    const reader = this.kafka.consumer({ groupId: `reads-${topic}-${this.readers.length}` });
    this.readers.push(reader);
    await reader.connect();
    await reader.subscribe({ topics: [topic], fromBeginning: true });
    await reader.run({ eachMessage: async ({ message }) => void messages.push(message) });
    return messages;
  }

  /** Waits until the group has committed everything that the topic holds now. */
  async untilConsumed(groupId: string, topic: string, deadlineMillis = 60_000): Promise<void> {
    const ends = await this.admin.fetchTopicOffsets(topic);
    const consumed = async () => {
      const committed = await committedOffsets(this.admin, groupId, topic);
      return ends.every(({ partition, high }) => (committed.get(partition) ?? 0) >= Number(high));
    };
    await until(`all of ${topic} to be consumed`, consumed, deadlineMillis);
  }

  /** The group as its coordinator sees it. */
  async group(groupId: string): Promise<{ readonly state: string; readonly members: readonly string[] }> {
    const [group] = (await this.admin.describeGroups([groupId])).groups;
    return { state: group!.state, members: group!.members.map(({ memberId }) => memberId) };
  }

  /** Waits until the group has `count` members, each with its partitions. Returns their ids. */
  async untilStable(groupId: string, members: number): Promise<readonly string[]> {
    let found: readonly string[] = [];
    await until(`${members} members`, async () => {
      const group = await this.group(groupId);
      found = [...group.members].sort();
      return group.state === 'Stable' && found.length === members;
    });
    return found;
  }
}

/** A fixture whose broker others may use, too. */
export type SharedKafka = KafkaFixture<Brokers>;

import type { Batch, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { LedgerError } from '#event-sourcing';
import { installCodecs } from './codecs.js';
import { Heartbeats } from './heartbeats.js';
import { HeldPartitions, type HeldPartition } from './held-partitions.js';
import { isolate } from './isolate.js';
import { limitHeaders } from './limit-headers.js';
import type { MessagingLog } from './kafka-client.js';
import { readRecord, type AllowedTenants } from './kafka-record.js';
import { takeInRecords, type RefusedRecord, type TakeIn } from './taken-in.js';

export interface TouchpointConsumerOptions {
  readonly kafka: Kafka;
  readonly topics: ReadonlyMap<string, AllowedTenants>;
  readonly groupId: string;
  readonly takeIn: TakeIn;
  /** Stores the records as dead letters, durably. Throws a LedgerError when the store cannot take them now. */
  readonly refuse: (records: readonly RefusedRecord[]) => Promise<void>;
  readonly log: MessagingLog;
  /** Events recorded in one call per partition. */
  readonly chunk: number;
  /** Session timeout, in seconds: after it without a heartbeat the member's partitions go to others. */
  readonly sessionSeconds: number;
  /** kafkajs stopped consuming after an error that it does not retry. */
  readonly gaveUp: (reason: Error) => void;
}

/** What kafkajs lets a batch do. */
type Control = Pick<
  EachBatchPayload,
  'heartbeat' | 'isRunning' | 'isStale' | 'pause' | 'resolveOffset' | 'commitOffsetsIfNecessary'
>;

const PAUSE_MILLIS = 1_000;

/**
 * Consumes touchpoints from Kafka as a member of a consumer group. An offset is committed only after its events
 * are durable (or stored as dead letters), so a crash repeats events and loses none; repeats are recognised by
 * their ids. Only the store's own pressure (it cannot take more now) holds a partition back, while the others go on;
 * whatever else is thrown is the dead letter of the one record that caused it.
 */
export class TouchpointConsumer {
  private readonly consumer: Consumer;
  private readonly heartbeats: Heartbeats;
  private readonly heldPartitions = new HeldPartitions();
  private started = false;
  private stopped = false;
  private failure: Error | undefined;
  /** When (ms) the brokers answered last; undefined while no group is joined. */
  private answeredAt: number | undefined;

  constructor(private readonly options: TouchpointConsumerOptions) {
    installCodecs();
    limitHeaders();
    const { kafka, groupId, sessionSeconds } = options;
    this.heartbeats = new Heartbeats(sessionSeconds);
    const { millis } = this.heartbeats;
    this.consumer = kafka.consumer({
      ...{ groupId, sessionTimeout: sessionSeconds * 1_000, heartbeatInterval: millis },
      // kafkajs sends heartbeats between fetches only: a fetch must not wait longer than the interval.
      maxWaitTimeInMs: millis,
      maxBytesPerPartition: 2 * 1024 * 1024,
      retry: {
        ...{ initialRetryTime: 200, maxRetryTime: 5_000, retries: 20 },
        restartOnFailure: async () => !this.stopped,
      },
    });
    this.consumer.on(this.consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) this.end(error);
    });
    const answered = () => (this.answeredAt = Date.now());
    this.consumer.on(this.consumer.events.FETCH, answered);
    this.consumer.on(this.consumer.events.HEARTBEAT, answered);
    this.consumer.on(this.consumer.events.GROUP_JOIN, ({ payload }) => {
      answered();
      this.heldPartitions.keep(payload.memberAssignment);
    });
  }

  /**
   * Joins the group and starts consuming. Throws when that fails for good; may be called again. After errors that kafkajs
   * retries it returns before the group is joined (`isMember`).
   */
  async start(): Promise<void> {
    this.failure = undefined;
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.options.topics.keys()], fromBeginning: true });
    await this.consumer.run({
      autoCommit: true,
      autoCommitInterval: 1_000,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 8,
      eachBatch: ({ batch, ...control }) => this.takeBatch(batch, control),
    });
    // A group that refuses the member makes kafkajs crash, not throw.
    if (this.failure !== undefined) throw this.failure;
    this.started = true;
  }

  /** Leaves the group after the batch in progress. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.consumer.disconnect();
  }

  /** Partitions that wait for the store now. */
  get held(): readonly HeldPartition[] {
    return this.heldPartitions.all();
  }

  /** Whether the group is joined. A member whom the brokers do not answer stays one: it may be for a moment. */
  get isMember(): boolean {
    return this.answeredAt !== undefined;
  }

  /** For how long (s) the brokers have not answered, once that is longer than a session; 0 while they do. */
  get secondsUnanswered(): number {
    const { sessionSeconds } = this.options;
    const seconds = this.answeredAt === undefined ? 0 : (Date.now() - this.answeredAt) / 1000;
    return seconds > sessionSeconds ? Math.floor(seconds) : 0;
  }

  /** kafkajs restarts by itself after retriable errors; after any other it stops and only emits CRASH. */
  private end(reason: Error): void {
    this.failure = reason;
    this.answeredAt = undefined;
    if (!this.started || this.stopped) return;
    this.started = false;
    this.options.gaveUp(reason);
  }

  private async takeBatch(batch: Batch, control: Control): Promise<void> {
    const { chunk } = this.options;
    for (let from = 0; from < batch.messages.length; from += chunk) {
      if (!control.isRunning() || control.isStale()) return;
      const messages = batch.messages.slice(from, from + chunk);
      try {
        // A failed one is ignored: the heartbeat after the work reports the same failure.
        await this.heartbeats.during(control.heartbeat, () => this.takeMessages(messages, batch));
      } catch (error) {
        return this.hold(batch, control, error as Error);
      }
      this.heldPartitions.moved(batch);
      control.resolveOffset(messages.at(-1)!.offset);
      // Throws when the group is rebalancing: kafkajs then commits what is resolved, of every partition, and joins anew.
      await control.heartbeat();
      await control.commitOffsetsIfNecessary();
    }
  }

  /** Resolves when all messages are durable events or dead letters. */
  private async takeMessages(
    messages: readonly KafkaMessage[],
    { topic, partition }: Pick<Batch, 'topic' | 'partition'>,
  ): Promise<void> {
    const allowed = this.options.topics.get(topic)!;
    const read = messages.map((message) => readRecord(message, allowed));
    const refused = await takeInRecords(read, this.options.takeIn);
    const records = refused.map(({ index, ...reason }) => {
      const message = messages[index]!;
      return { ...reason, topic, partition, offset: message.offset, message };
    });
    const refuse = async (some: readonly RefusedRecord[]) => {
      await this.options.refuse(some);
      return some;
    };
    await isolate(records, refuse, async (record) => (await refuse([withoutContent(record)]))[0]!);
  }

  /**
   * Pauses the partition for a while. kafkajs fetches nothing for any partition while one batch waits, so the batch is
   * abandoned: the partition is fetched again from its last resolved offset.
   */
  private hold({ topic, partition }: Batch, control: Control, error: Error): void {
    const { message: reason } = error;
    const code = error instanceof LedgerError ? error.code : 'internal';
    this.heldPartitions.held({ topic, partition, reason, code });
    this.options.log.warn('kafka partition paused: the store cannot take more now', {
      topic,
      partition,
      reason,
    });
    setTimeout(control.pause(), PAUSE_MILLIS).unref();
  }
}

/** For a record whose content cannot be kept: its place and its reason are kept all the same. */
function withoutContent({ input: _input, message, ...place }: RefusedRecord): RefusedRecord {
  return { ...place, message: { ...message, value: null } };
}

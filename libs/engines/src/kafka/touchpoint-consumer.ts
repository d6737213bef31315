import type { Batch, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { installCodecs } from './codecs.js';
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
  /** Puts the records away durably, for a person to look at. Throws a LedgerError when they cannot be put away now. */
  readonly refuse: (records: readonly RefusedRecord[]) => Promise<void>;
  readonly log: MessagingLog;
  /** Events handed on at once per partition. Default 1,000. */
  readonly chunk?: number;
  /** After so many seconds without a sign of life the group gives the member's partitions to others. Default 10. */
  readonly sessionSeconds?: number;
  /** Consuming ended although nobody stopped it, and does not begin again by itself. */
  readonly gaveUp?: (reason: Error) => void;
}

/** What kafkajs lets a batch do. */
type Control = Pick<
  EachBatchPayload,
  'heartbeat' | 'isRunning' | 'isStale' | 'pause' | 'resolveOffset' | 'commitOffsetsIfNecessary'
>;

/** So many beats a session, so that some may be late or lost; and one every two seconds, to hear of a rebalance soon. */
const BEATS_IN_SESSION = 5;
const MOST_BEAT_MILLIS = 2_000;
const HOLD_MILLIS = 1_000;

/**
 * Takes touchpoints in from Kafka as a member of a consumer group. An offset is committed only after its events
 * are durable (or put away as dead letters), so a crash repeats events and loses none; repeats are recognised by
 * their ids. Only the store's own pressure (it cannot take more now) holds a partition back, while the others go on;
 * whatever else is thrown is the dead letter of the one record that caused it.
 */
export class TouchpointConsumer {
  private readonly consumer: Consumer;
  private readonly beatMillis: number;
  private readonly heldPartitions = new HeldPartitions();
  private joined = false;
  private stopped = false;
  private failure: Error | undefined;

  constructor(private readonly options: TouchpointConsumerOptions) {
    installCodecs();
    limitHeaders();
    const { kafka, groupId, sessionSeconds = 10 } = options;
    const sessionTimeout = sessionSeconds * 1_000;
    this.beatMillis = Math.min(sessionTimeout / BEATS_IN_SESSION, MOST_BEAT_MILLIS);
    this.consumer = kafka.consumer({
      ...{ groupId, sessionTimeout, heartbeatInterval: this.beatMillis },
      // kafkajs beats between fetches only: one that waits for records must not outlast a beat.
      maxWaitTimeInMs: this.beatMillis,
      maxBytesPerPartition: 2 * 1024 * 1024,
      retry: {
        ...{ initialRetryTime: 200, maxRetryTime: 5_000, retries: 20 },
        restartOnFailure: async () => !this.stopped,
      },
    });
    this.consumer.on(this.consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) this.end(error);
    });
    this.consumer.on(this.consumer.events.GROUP_JOIN, ({ payload }) => {
      this.heldPartitions.keep(payload.memberAssignment);
    });
  }

  /** Joins the group and begins; answers when the group has taken it up. Throws what is in the way. May be called again. */
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
    this.joined = true;
  }

  /** Leaves the group after what is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.consumer.disconnect();
  }

  /** Partitions that wait for the store now. */
  get held(): readonly HeldPartition[] {
    return this.heldPartitions.all();
  }

  /** kafkajs starts again after what passes (brokers away), and ends for ever after anything else, without a word to its caller. */
  private end(reason: Error): void {
    this.failure = reason;
    if (!this.joined || this.stopped) return;
    this.joined = false;
    this.options.gaveUp?.(reason);
  }

  private async takeBatch(batch: Batch, control: Control): Promise<void> {
    const { chunk = 1_000 } = this.options;
    for (let from = 0; from < batch.messages.length; from += chunk) {
      if (!control.isRunning() || control.isStale()) return;
      const messages = batch.messages.slice(from, from + chunk);
      try {
        await this.whileBeating(control, () => this.takeMessages(messages, batch));
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

  /** Answers when all of these are durable or put away. */
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
    const putAway = async (some: readonly RefusedRecord[]) => {
      await this.options.refuse(some);
      return some;
    };
    await isolate(records, putAway, async (record) => (await putAway([withoutContent(record)]))[0]!);
  }

  /**
   * Leaves the partition alone for a while. kafkajs fetches nothing at all while one batch waits, so the batch is let
   * go of: the partition is fetched again from its last resolved offset, and the others are not held up.
   */
  private hold({ topic, partition }: Batch, control: Control, { message: reason }: Error): void {
    this.heldPartitions.held({ topic, partition, reason });
    this.options.log.warn('kafka intake waits for the store', { topic, partition, reason });
    setTimeout(control.pause(), HOLD_MILLIS).unref();
  }

  /** A beat that fails does so again after the work, when nothing is half done: there it is heard. */
  private async whileBeating<T>({ heartbeat }: Control, work: () => Promise<T>): Promise<T> {
    const beat = setInterval(() => void heartbeat().catch(() => undefined), this.beatMillis);
    try {
      return await work();
    } finally {
      clearInterval(beat);
    }
  }
}

/** For a record whose content cannot be kept: its place and its reason are kept all the same. */
function withoutContent({ input: _input, message, ...place }: RefusedRecord): RefusedRecord {
  return { ...place, message: { ...message, value: null } };
}

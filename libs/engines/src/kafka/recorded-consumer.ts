import type { Admin, Batch, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { storedPosition } from '#event-sourcing';
import type { FeedRecord, PartitionFeed } from '#projector';
import { Backoff, WakeSignal } from '#threads';
import { installCodecs } from './codecs.js';
import { Heartbeats } from './heartbeats.js';
import type { MessagingLog } from './kafka-client.js';
import { limitHeaders } from './limit-headers.js';
import { headerText, type RecordHeaders } from './record-headers.js';

export interface RecordedConsumerOptions {
  readonly kafka: Kafka;
  /** `cx.recorded`. */
  readonly topic: string;
  /** All servers that divide the projecting are members of it. */
  readonly groupId: string;
  readonly feed: PartitionFeed;
  /** Of which log records are taken (`logName`): others are of a ledger that used the topic before. */
  readonly logName: string;
  readonly log: MessagingLog;
  /** Session timeout, in seconds: after it without a heartbeat the member's partitions go to others. */
  readonly sessionSeconds: number;
}

type Control = Pick<EachBatchPayload, 'heartbeat' | 'resolveOffset' | 'commitOffsetsIfNecessary'>;

const FIRST_RETRY_MILLIS = 500;
const LONGEST_RETRY_MILLIS = 5_000;
/** How often to look whether the projector has given up or wants its partitions again. */
const LOOK_MILLIS = 500;
/** How often to look where the topic begins, ms. */
const OFFSETS_MILLIS = 10_000;
const CONCURRENT_PARTITIONS = 32;
/** How often the brokers are told how far the group is, for their own tools: it goes on from what is stored beside the views. */
const COMMIT_MILLIS = 5_000;

/**
 * Consumes recorded events as a member of the group of projecting servers, and offers them to the projector. Where a
 * partition goes on is not the brokers' matter: the projector says so by what is stored beside the views.
 */
export class RecordedConsumer {
  private readonly heartbeats: Heartbeats;
  private readonly stopping = new AbortController();
  private readonly wakeSignal = new WakeSignal();
  private readonly backoff = new Backoff(FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS);
  private running: Promise<void> | undefined;
  private consumer: Consumer | undefined;
  private connected: Admin | undefined;
  /** Partitions whose offsets were looked at since they were claimed. */
  private looked: ReadonlySet<number> = new Set();
  private lookAgainAt = 0;
  private crashed: Error | undefined;
  private fault: string | undefined = 'no group joined yet';

  constructor(private readonly options: RecordedConsumerOptions) {
    installCodecs();
    limitHeaders();
    this.heartbeats = new Heartbeats(options.sessionSeconds);
  }

  /** Joins in the background, again and again while the brokers are away. */
  start(): void {
    this.running ??= this.run();
  }

  /** Leaves the group, so that others take the partitions over at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.options.feed.assign([]);
    await this.running;
    await this.leave();
  }

  /** Why nothing is consumed; undefined while the group is joined. */
  get trouble(): string | undefined {
    return this.fault;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.step();
        await this.wakeSignal.pause(LOOK_MILLIS, signal);
      } catch (error) {
        this.options.feed.assign([]);
        await this.leave();
        const { message: reason } = error as Error;
        if (this.fault !== reason)
          this.options.log.warn('recorded events are not consumed; retrying', { reason });
        this.fault = reason;
        await this.wakeSignal.pause(this.backoff.next(), signal);
      }
    }
  }

  private async step(): Promise<void> {
    const { closed } = this.options.feed;
    if (closed !== undefined) {
      this.fault = closed;
      return this.leave();
    }
    if (this.crashed !== undefined) throw this.crashed;
    if (this.consumer === undefined) await this.join();
    await this.lookAtOffsets();
  }

  /** Where the topic's records begin: those of a partition to which nothing comes may be deleted before they are read. */
  private async lookAtOffsets(): Promise<void> {
    const { feed, topic } = this.options;
    const claimed = feed.claims.map(({ partition }) => partition);
    const isLooked = claimed.every((partition) => this.looked.has(partition));
    if (claimed.length === 0 || (isLooked && performance.now() < this.lookAgainAt)) return;
    for (const { partition, low } of await this.admin().then((admin) => admin.fetchTopicOffsets(topic)))
      feed.available(partition, BigInt(low));
    this.looked = new Set(claimed);
    this.lookAgainAt = performance.now() + OFFSETS_MILLIS;
  }

  private async join(): Promise<void> {
    const { kafka, topic, groupId, feed, sessionSeconds } = this.options;
    const { millis } = this.heartbeats;
    const consumer = kafka.consumer({
      ...{ groupId, sessionTimeout: sessionSeconds * 1_000, heartbeatInterval: millis },
      maxWaitTimeInMs: Math.min(millis, LOOK_MILLIS),
      maxBytesPerPartition: 1024 * 1024,
      retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5, restartOnFailure: async () => false },
    });
    this.consumer = consumer;
    this.crashed = undefined;
    const { CRASH, GROUP_JOIN } = consumer.events;
    consumer.on(CRASH, ({ payload: { error } }) => {
      if (this.consumer === consumer) this.crashed = error;
    });
    consumer.on(GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      if (this.consumer !== consumer) return;
      this.fault = undefined;
      this.backoff.reset();
      feed.assign(memberAssignment[topic] ?? []);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      // kafkajs would commit after each batch of each partition.
      autoCommit: false,
      autoCommitInterval: COMMIT_MILLIS,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
      eachBatch: ({ batch, ...control }) => this.offer(consumer, batch, control),
    });
  }

  private async leave(): Promise<void> {
    const { consumer, connected } = this;
    this.consumer = this.connected = this.crashed = undefined;
    this.looked = new Set();
    await consumer?.disconnect().catch(() => undefined);
    await connected?.disconnect().catch(() => undefined);
  }

  private async admin(): Promise<Admin> {
    if (this.connected === undefined) {
      const admin = this.options.kafka.admin();
      await admin.connect();
      this.connected = admin;
    }
    return this.connected;
  }

  private async offer(consumer: Consumer, batch: Batch, control: Control): Promise<void> {
    const { feed } = this.options;
    const { topic, partition } = batch;
    const records = batch.messages.map((message) => this.recordOf(message));
    if (records.length === 0) return;
    // While the group is rebalancing the records are withdrawn, so that it can be joined anew.
    const offered = await this.heartbeats.during(
      control.heartbeat,
      () => feed.offer(partition, records),
      () => feed.withdraw(partition),
    );
    if (offered.kind === 'seek') consumer.seek({ topic, partition, offset: String(offered.offset) });
    if (offered.kind === 'projected') {
      const next = records.at(-1)!.offset;
      control.resolveOffset(String(next));
      await control.commitOffsetsIfNecessary();
    }
    // Throws when the group is rebalancing: kafkajs then joins anew.
    await control.heartbeat();
  }

  private recordOf({ offset, value, headers = {} }: KafkaMessage): FeedRecord {
    const place = placeOf(headers, this.options.logName);
    if (value === null || place === undefined) {
      this.options.log.warn('a record is no event of this ledger and is passed over', { offset });
      return { offset: BigInt(offset), event: undefined };
    }
    return { offset: BigInt(offset), event: { ...place, bytes: value } };
  }
}

/** The place in the log that the relay has sent with an event; undefined where it is none of this log. */
function placeOf(headers: RecordHeaders, logName: string) {
  try {
    const position = headerText(headers, 'cx_position');
    const revision = headerText(headers, 'cx_revision');
    const isOurs = (headerText(headers, 'cx_log') ?? logName) === logName;
    if (!isOurs || !isNumber(position) || !isNumber(revision)) return undefined;
    return { position: storedPosition(BigInt(position)), revision: Number(revision) };
  } catch {
    return undefined;
  }
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,19}$/.test(text);
}

import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { installCodecs } from './codecs.js';
import type { MessagingLog } from './kafka-client.js';
import { readRecord, type AllowedTenants, type ReadRecord } from './kafka-record.js';

/** What became of one event that was handed on: taken in (recorded, or there already), or refused. */
export type TakenIn =
  { readonly taken: true } | { readonly taken: false; readonly code: string; readonly detail: string };

/** A record that could not be taken in, with its reason. */
export interface RefusedRecord {
  /** '' where the record names no tenant that may be named. */
  readonly tenant: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly code: string;
  readonly detail: string;
  readonly message: KafkaMessage;
  /** The event as it was read; absent where the record is none. */
  readonly input?: unknown;
}

/** What is found of a refused record before its place is added. */
type Refusal = Pick<RefusedRecord, 'tenant' | 'code' | 'detail' | 'input'> & { readonly index: number };

export interface TouchpointConsumerOptions {
  readonly kafka: Kafka;
  readonly topics: ReadonlyMap<string, AllowedTenants>;
  readonly groupId: string;
  /** Makes the events durable; one answer each, in order. Throws when the store cannot take them now. */
  readonly takeIn: (tenant: string, inputs: readonly unknown[]) => Promise<readonly TakenIn[]>;
  /** Puts the records away durably, for a person to look at. */
  readonly refuse: (records: readonly RefusedRecord[]) => Promise<void>;
  readonly log: MessagingLog;
  /** Events handed on at once per partition. Default 1,000. */
  readonly chunk?: number;
}

const HEARTBEAT_MILLIS = 2_000;
const WAIT_MILLIS = 1_000;

/**
 * Takes touchpoints in from Kafka as a member of a consumer group. An offset is committed only after its events
 * are durable (or put away as dead letters), so a crash repeats events and loses none; repeats are recognised by
 * their ids. Pressure (the store cannot take more now) holds the partition back while heartbeats go on.
 */
export class TouchpointConsumer {
  private readonly consumer: Consumer;
  private lastProgress = Date.now();

  constructor(private readonly options: TouchpointConsumerOptions) {
    installCodecs();
    this.consumer = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: 10_000,
      heartbeatInterval: HEARTBEAT_MILLIS,
      maxBytesPerPartition: 2 * 1024 * 1024,
      retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 20, restartOnFailure: async () => true },
    });
  }

  /** Joins the group and begins. Answers as soon as the group has been asked. */
  async start(): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.options.topics.keys()], fromBeginning: true });
    await this.consumer.run({
      autoCommit: true,
      autoCommitInterval: 1_000,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 8,
      eachBatch: (batch) => this.takeBatch(batch),
    });
  }

  /** Leaves the group after what is under way. */
  async stop(): Promise<void> {
    await this.consumer.disconnect();
  }

  /** Milliseconds since an offset was resolved: a consumer can stop in silence, so watch this. */
  get idleMillis(): number {
    return Date.now() - this.lastProgress;
  }

  private async takeBatch({ batch, ...control }: EachBatchPayload): Promise<void> {
    const { chunk = 1_000 } = this.options;
    for (let from = 0; from < batch.messages.length; from += chunk) {
      if (!control.isRunning() || control.isStale()) return;
      const messages = batch.messages.slice(from, from + chunk);
      const done = await this.takeMessages(messages, batch.topic, batch.partition, control);
      if (!done) return;
      control.resolveOffset(messages.at(-1)!.offset);
      this.lastProgress = Date.now();
      await control.heartbeat();
      await control.commitOffsetsIfNecessary();
    }
  }

  /** True when all of these are durable or put away; false when the partition is ours no longer. */
  private async takeMessages(
    messages: readonly KafkaMessage[],
    topic: string,
    partition: number,
    control: Pick<EachBatchPayload, 'heartbeat' | 'isRunning' | 'isStale'>,
  ): Promise<boolean> {
    const allowed = this.options.topics.get(topic)!;
    const read = messages.map((message) => readRecord(message, allowed));
    for (;;) {
      try {
        const refused = await this.whileBeating(control, () => this.takeIn(read));
        const records = refused.map(({ index, ...reason }) => {
          const message = messages[index]!;
          return { ...reason, topic, partition, offset: message.offset, message };
        });
        if (records.length > 0) await this.whileBeating(control, () => this.options.refuse(records));
        return true;
      } catch (error) {
        this.options.log.warn('kafka intake waits for the store', {
          topic,
          partition,
          reason: (error as Error).message,
        });
        if (!(await this.patience(control))) return false;
      }
    }
  }

  private async takeIn(read: readonly ReadRecord[]): Promise<Refusal[]> {
    const refused: Refusal[] = [];
    const byTenant = new Map<string, number[]>();
    read.forEach((record, index) => {
      if ('code' in record)
        refused.push({ index, tenant: record.tenant, code: record.code, detail: record.detail });
      else if (byTenant.has(record.tenant)) byTenant.get(record.tenant)!.push(index);
      else byTenant.set(record.tenant, [index]);
    });
    for (const [tenant, indexes] of byTenant) {
      const inputs = indexes.map((index) => (read[index] as { input: unknown }).input);
      const answers = await this.options.takeIn(tenant, inputs);
      answers.forEach((answer, at) => {
        if (answer.taken) return;
        const { code, detail } = answer;
        refused.push({ index: indexes[at]!, tenant, code, detail, input: inputs[at] });
      });
    }
    return refused;
  }

  /** Waits a little, still beating; false when the partition was taken away meanwhile. */
  private async patience(
    control: Pick<EachBatchPayload, 'heartbeat' | 'isRunning' | 'isStale'>,
  ): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MILLIS));
    if (!control.isRunning() || control.isStale()) return false;
    await control.heartbeat();
    return true;
  }

  private async whileBeating<T>(
    control: Pick<EachBatchPayload, 'heartbeat'>,
    work: () => Promise<T>,
  ): Promise<T> {
    const beat = setInterval(() => void control.heartbeat().catch(() => undefined), HEARTBEAT_MILLIS);
    try {
      return await work();
    } finally {
      clearInterval(beat);
    }
  }
}

import { StoreFault } from '#event-sourcing';
import type { PartitionEnds } from '#event-store';
import { withLoopTimeout } from '#threads';
import kafkajs, { type Admin, type Kafka, type Message, type Producer } from 'kafkajs';
import { installCodecs } from './codecs.js';

const DEADLINE_MILLIS = 30_000;
/** Brokers refuse a batch of more than 1 MiB by default, and kafkajs puts all of one send to one partition into one. */
const SEND_BYTES = 512 * 1024;
/** What a message costs beside its key, value and headers; generous. */
const OVERHEAD_BYTES = 64;

export interface TopicWriterOptions {
  /** The message to send instead of one that is too large for the brokers. Absent: then that is an error. */
  readonly insteadOf?: (tooLarge: Message) => Message;
}

/** Writes to one topic, in order, and answers when the brokers have acknowledged. */
export class TopicWriter {
  private readonly producer: Producer;
  private admin: Admin | undefined;
  /** Where each message under way goes: kafkajs chooses that while it sends. */
  private readonly partitions = new WeakMap<Message, number>();

  constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
    private readonly options: TopicWriterOptions = {},
  ) {
    installCodecs();
    this.producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: () => this.partitioner(),
    });
  }

  /**
   * Answers the offsets behind these messages, of the partitions that they went to. Throws what kafkajs throws, and
   * StoreFault `kafka-slow`: then the messages may be there all the same.
   */
  async write(messages: readonly Message[]): Promise<PartitionEnds> {
    const ends = new Map<number, bigint>();
    if (messages.length === 0) return ends;
    await this.producer.connect();
    for (const part of inParts(messages)) await this.send(part, ends);
    return ends;
  }

  /** The offsets behind the last records now: everything that was acknowledged is in front of them. */
  async ends(): Promise<PartitionEnds> {
    if (this.admin === undefined) {
      const admin = this.kafka.admin();
      await admin.connect();
      this.admin = admin;
    }
    const offsets = await deadline(this.admin.fetchTopicOffsets(this.topic));
    return new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)]));
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
    await this.admin?.disconnect().catch(() => undefined);
  }

  /** Brokers may be set to take less than they do by default: what is too large together goes in halves. */
  private async send(messages: readonly Message[], ends: Map<number, bigint>): Promise<void> {
    try {
      await this.produce(messages, ends);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      if (messages.length > 1) {
        const half = messages.length >> 1;
        await this.send(messages.slice(0, half), ends);
        await this.send(messages.slice(half), ends);
      } else await this.sendInstead(messages[0]!, ends);
    }
  }

  private async produce(messages: readonly Message[], ends: Map<number, bigint>): Promise<void> {
    const { topic, partitions } = this;
    const sent = await deadline(this.producer.send({ topic, acks: -1, messages: [...messages] }));
    for (const { partition, baseOffset } of sent) ends.set(partition, BigInt(baseOffset!));
    for (const message of messages) {
      const partition = partitions.get(message)!;
      ends.set(partition, ends.get(partition)! + 1n);
    }
  }

  private partitioner(): ReturnType<typeof kafkajs.Partitioners.DefaultPartitioner> {
    const choose = kafkajs.Partitioners.DefaultPartitioner();
    return (args) => {
      const partition = choose(args);
      this.partitions.set(args.message, partition);
      return partition;
    };
  }

  private async sendInstead(tooLarge: Message, ends: Map<number, bigint>): Promise<void> {
    const message = this.options.insteadOf?.(tooLarge);
    if (message === undefined) {
      const bytes = bytesOf(tooLarge);
      const detail = `the brokers refuse a message of ${bytes} bytes: raise max.message.bytes of the topic ${this.topic}`;
      throw new StoreFault('kafka-message-too-large', detail);
    }
    await this.produce([message], ends);
  }
}

/** The bytes that a message takes in a batch, about. */
export function bytesOf({ key, value, headers = {} }: Message): number {
  let bytes = OVERHEAD_BYTES + sizeOf(key) + sizeOf(value);
  for (const [name, header] of Object.entries(headers)) {
    bytes += sizeOf(name);
    if (Array.isArray(header)) for (const one of header) bytes += sizeOf(one);
    else bytes += sizeOf(header);
  }
  return bytes;
}

function sizeOf(part: Buffer | string | null | undefined): number {
  return part === undefined || part === null ? 0 : Buffer.byteLength(part);
}

/** The messages in order, in parts that are small enough for one send; one that is larger is alone in its part. */
function inParts(messages: readonly Message[]): readonly (readonly Message[])[] {
  const parts: Message[][] = [];
  let room = 0;
  for (const message of messages) {
    const bytes = bytesOf(message);
    if (bytes > room) {
      parts.push([]);
      room = SEND_BYTES;
    }
    parts.at(-1)!.push(message);
    room -= bytes;
  }
  return parts;
}

/** kafkajs says so itself, or wraps it when it gives up retrying. */
function isTooLarge(error: unknown): boolean {
  const { type, cause } = error as { type?: string; cause?: unknown };
  return (
    type === 'MESSAGE_TOO_LARGE' ||
    type === 'RECORD_LIST_TOO_LARGE' ||
    (cause instanceof Error && isTooLarge(cause))
  );
}

/** A send can wait for half a minute and more inside kafkajs: past the deadline it is tried anew. */
function deadline<T>(sending: Promise<T>): Promise<T> {
  const late = () => new StoreFault('kafka-slow', `no acknowledgement in ${DEADLINE_MILLIS} ms`);
  return withLoopTimeout(DEADLINE_MILLIS, sending, late);
}

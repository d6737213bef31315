import { StoreFault } from '#event-sourcing';
import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';
import { installCodecs } from './codecs.js';

const DEADLINE_MILLIS = 30_000;

/** Writes to one topic, in order, and answers when the brokers have acknowledged. */
export class TopicWriter {
  private readonly producer: Producer;

  constructor(
    kafka: Kafka,
    private readonly topic: string,
  ) {
    installCodecs();
    this.producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
  }

  /** Throws what kafkajs throws, and StoreFault `kafka-slow`: then the messages may be there all the same. */
  async write(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    await this.producer.connect();
    await deadline(this.producer.send({ topic: this.topic, acks: -1, messages: [...messages] }));
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }
}

/** A send can wait for half a minute and more inside kafkajs: past the deadline it is tried anew. */
function deadline<T>(sending: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new StoreFault('kafka-slow', `no acknowledgement in ${DEADLINE_MILLIS} ms`));
    const timer = setTimeout(late, DEADLINE_MILLIS);
    sending.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

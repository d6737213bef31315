import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import type { RefusedRecord } from './touchpoint-consumer.js';

/**
 * The topic for what could not be taken in: the record as it came is *not* repeated there, since it may hold
 * personal data in clear that its topic keeps under other rules; its place and reason are.
 */
export class DeadTopic {
  private readonly producer: Producer;

  constructor(
    kafka: Kafka,
    private readonly topic: string,
  ) {
    this.producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
  }

  /** Sends where each record stands and why it was refused; acknowledged by the brokers when it answers. */
  async send(records: readonly RefusedRecord[]): Promise<void> {
    await this.producer.connect();
    const messages = records.map(({ tenant, topic, partition, offset, code, detail }) => ({
      key: `${topic}/${partition}`,
      value: JSON.stringify({ tenant, topic, partition, offset, code, detail }),
      headers: {
        'content-type': 'application/json',
        cx_dead_code: code,
        cx_dead_detail: detail,
        cx_dead_topic: topic,
        cx_dead_partition: String(partition),
        cx_dead_offset: offset,
      },
    }));
    await this.producer.send({ topic: this.topic, acks: -1, messages });
  }

  async stop(): Promise<void> {
    await this.producer.disconnect();
  }
}

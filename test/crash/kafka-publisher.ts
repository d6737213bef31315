import { kafkaClient } from '#engines/kafka';
import { KafkaBroker } from '../kit/kafka-broker.js';
import { SILENT } from '../kit/silent-log.js';
import type { Promises } from './promises.js';
import type { Publisher, PublishedEvent } from './publisher.js';

type Producer = ReturnType<ReturnType<typeof kafkaClient>['producer']>;

/** Over Kafka: what the broker has taken is promised, at no place yet. */
export class KafkaPublisher implements Publisher {
  private constructor(
    readonly broker: KafkaBroker,
    private readonly producer: Producer,
    private readonly promises: Promises,
  ) {}

  static async start(broker: KafkaBroker, promises: Promises): Promise<KafkaPublisher> {
    const producer = kafkaClient({ brokers: [broker.address] }, SILENT).producer({ idempotent: true });
    await producer.connect();
    return new KafkaPublisher(broker, producer, promises);
  }

  async send(events: readonly PublishedEvent[]): Promise<boolean> {
    const messages = events.map((event) => ({
      key: `default.${event.subject}`,
      value: JSON.stringify(event),
      headers: { 'content-type': 'application/cloudevents+json' },
    }));
    try {
      await this.producer.send({ topic: 'cx.touchpoints', messages, acks: -1 });
    } catch {
      return false;
    }
    for (const { id } of events) this.promises.promise(id);
    return true;
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }
}

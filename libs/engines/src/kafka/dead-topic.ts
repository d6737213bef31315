import type { UnpublishedLetter, DeadLetterOutbox } from '#intake';
import type { Kafka, Message } from 'kafkajs';
import type { MessagingLog } from './kafka-client.js';
import { parseOrigin } from './kafka-origin.js';
import { RelayLoop } from './relay-loop.js';
import { TopicWriter } from './topic-writer.js';

export interface DeadTopicOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly outbox: DeadLetterOutbox;
  readonly log: MessagingLog;
}

const PAGE = 500;

/**
 * Publishes each dead letter that came from Kafka to a topic, at least once: a letter stays in the outbox until the brokers
 * have acknowledged it. The intake does not wait for that: a topic that is missing or forbidden must not block the good records
 * behind a bad one.
 */
export class DeadTopic {
  private readonly topic: TopicWriter;
  private readonly loop: RelayLoop;

  constructor(private readonly options: DeadTopicOptions) {
    const { kafka, topic, log } = options;
    this.topic = new TopicWriter(kafka, topic);
    this.loop = new RelayLoop(topic, () => this.publishPage(), log);
  }

  /** Starts in the background, also while no broker is reachable. */
  start(): void {
    this.loop.start();
  }

  /** Wakes the loop: the outbox may hold more. */
  wake(): void {
    this.loop.wake();
  }

  /** Stops after the write in progress or its deadline. */
  async stop(): Promise<void> {
    await this.loop.stop();
    await this.topic.close();
  }

  private async publishPage(): Promise<boolean> {
    const { outbox } = this.options;
    const page = await outbox.first(PAGE);
    if (page.length === 0) return false;
    await this.topic.write(page.flatMap(messageOf));
    await outbox.markPublished(page.at(-1)!.number);
    return page.length === PAGE;
  }
}

/** Place and reason of the refused record. Its content is *not* repeated: it may hold personal data in clear. */
function messageOf({ tenant, origin, reason: { code, detail } }: UnpublishedLetter): Message[] {
  const place = parseOrigin(origin);
  if (place === undefined) return [];
  const { topic, partition, offset } = place;
  const headers = {
    'content-type': 'application/json',
    cx_dead_code: code,
    cx_dead_detail: detail,
    cx_dead_topic: topic,
    cx_dead_partition: String(partition),
    cx_dead_offset: offset,
  };
  const value = JSON.stringify({ tenant, topic, partition, offset, code, detail });
  return [{ key: `${topic}/${partition}`, value, headers }];
}

import type { UntoldLetter, UntoldLetters } from '#intake';
import type { Kafka, Message } from 'kafkajs';
import type { MessagingLog } from './kafka-client.js';
import { placeOf } from './kafka-origin.js';
import { RelayLoop } from './relay-loop.js';
import { TopicWriter } from './topic-writer.js';

export interface DeadTopicOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly letters: UntoldLetters;
  readonly log: MessagingLog;
}

const PAGE = 500;

/**
 * Tells a topic of each letter that came from Kafka, at least once: a letter stays untold until the brokers have
 * acknowledged. Taking in does not wait for that, since a topic that cannot be written (it is missing, or forbidden)
 * would hold up every good record behind a bad one; so the letters wait in their store, where crashes do not reach.
 */
export class DeadTopic {
  private readonly topic: TopicWriter;
  private readonly loop: RelayLoop;

  constructor(private readonly options: DeadTopicOptions) {
    const { kafka, topic, log } = options;
    this.topic = new TopicWriter(kafka, topic);
    this.loop = new RelayLoop(topic, () => this.tellPage(), log);
  }

  /** Begins; answers at once, also when no broker is there. */
  start(): void {
    this.loop.start();
  }

  /** There may be more to tell. */
  wake(): void {
    this.loop.wake();
  }

  /** Ends after what is under way, or after its deadline. */
  async stop(): Promise<void> {
    await this.loop.stop();
    await this.topic.close();
  }

  private async tellPage(): Promise<boolean> {
    const { letters } = this.options;
    const page = await letters.first(PAGE);
    if (page.length === 0) return false;
    await this.topic.write(page.flatMap(messageOf));
    await letters.told(page.at(-1)!.number);
    return page.length === PAGE;
  }
}

/** Where the record stands and why it was refused. What it says is *not* repeated: it may hold personal data in clear. */
function messageOf({ tenant, origin, reason: { code, detail } }: UntoldLetter): Message[] {
  const place = placeOf(origin);
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

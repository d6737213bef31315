import type { Position } from '#event-sourcing';
import type { EventReader, RelayPositions, StoredEvent } from '#event-store';
import type { Kafka, Message } from 'kafkajs';
import type { MessagingLog } from './kafka-client.js';
import { RelayLoop } from './relay-loop.js';
import { TopicWriter } from './topic-writer.js';

export interface RelayOptions {
  /** Under which its position is kept: `cx.recorded`. */
  readonly name: string;
  readonly topic: string;
  readonly kafka: Kafka;
  readonly events: EventReader;
  readonly positions: RelayPositions;
  /** How far it may go now: for views, as far as they are folded. Absent: to the end of the log. */
  readonly limit?: () => Promise<Position>;
  /** The messages that these events give, in order. */
  readonly messagesOf: (events: readonly StoredEvent[]) => Promise<readonly Message[]> | readonly Message[];
  readonly log: MessagingLog;
}

const PAGE = 500;

/**
 * Sends what the log holds to a topic, at least once and in the log's order. The log itself is the queue: only a
 * position is remembered, set after the brokers' acknowledgement, so that an outage of any length holds nobody up
 * and costs no memory.
 */
export class Relay {
  private readonly topic: TopicWriter;
  private readonly loop: RelayLoop;
  private sentTo: Position | undefined;

  constructor(private readonly options: RelayOptions) {
    const { kafka, topic, name, log } = options;
    this.topic = new TopicWriter(kafka, topic);
    this.loop = new RelayLoop(name, () => this.sendPage(), log);
  }

  /** Begins; answers at once, also when no broker is there. */
  start(): void {
    this.loop.start();
  }

  /** There may be more to send. */
  wake(): void {
    this.loop.wake();
  }

  /** Ends after the batch under way, or after its deadline. */
  async stop(): Promise<void> {
    await this.loop.stop();
    await this.topic.close();
  }

  /** Up to where the brokers have acknowledged, and what is in the way now. */
  status(): { readonly name: string; readonly sentTo: string | null; readonly fault: string | null } {
    const { name } = this.options;
    return {
      name,
      sentTo: this.sentTo === undefined ? null : String(this.sentTo),
      fault: this.loop.fault ?? null,
    };
  }

  /** True when there may be more behind this page. */
  private async sendPage(): Promise<boolean> {
    const { name, events, positions, limit, messagesOf } = this.options;
    const after = (this.sentTo ??= await positions.get(name));
    const end = await limit?.();
    if (end !== undefined && end <= after) return false;
    const page = await events.readAll({ after, limit: PAGE });
    const within = end === undefined ? page.events : page.events.filter(({ position }) => position <= end);
    await this.topic.write(await messagesOf(within));
    const sentTo = within.length < page.events.length ? end! : page.scannedTo;
    if (sentTo !== after) await positions.set(name, sentTo);
    this.sentTo = sentTo;
    return !page.atEnd && within.length === page.events.length;
  }
}

import type { Position } from '#event-sourcing';
import type { EventReader, PartitionEnds, RelayPositions, StoredEvent } from '#event-store';
import type { Kafka, Message } from 'kafkajs';
import type { MessagingLog } from './kafka-client.js';
import { RelayLoop } from './relay-loop.js';
import { RelayProgress } from './relay-progress.js';
import { bytesOf, TopicWriter, type TopicWriterOptions } from './topic-writer.js';

/** What a relay sends of the log. */
export interface RelayContent extends TopicWriterOptions {
  /** The messages that these events give, in order, as many at a time as may be in memory. Also called where there are no events. */
  messagesOf(events: readonly StoredEvent[]): Messages;
  /** How far it may go now: for views, as far as they are folded. Absent: to the end of the log. */
  limit?(): Promise<Position>;
  /**
   * Called when the brokers have acknowledged the messages. Answers whether all that was read so far is sent: until then
   * the remembered position stays, and a restart begins there again.
   */
  settle?(): boolean;
  /** Whether those who read the topic are to learn how far it goes (`RelayPositions.set`). Default false. */
  readonly marksEnds?: boolean;
}

type Messages = AsyncIterable<readonly Message[]> | Iterable<readonly Message[]>;

export interface RelayOptions {
  readonly content: RelayContent;
  /** Under which its position is kept: `cx.recorded`. */
  readonly name: string;
  readonly topic: string;
  readonly kafka: Kafka;
  readonly events: EventReader;
  readonly positions: RelayPositions;
  readonly log: MessagingLog;
  /** Whether sending should give way to what users wait for. Absent: it never gives way, since views wait for it. */
  readonly isBusy?: () => boolean;
}

/** What is read of the log at once. */
interface Page {
  readonly events: readonly StoredEvent[];
  readonly scannedTo: Position;
  readonly more: boolean;
}

const PAGE = 500;
/** Messages are collected into one request up to this many bytes. */
const GATHER_BYTES = 256 * 1024;

/**
 * Sends what the log holds to a topic, at least once and in the log's order. The log itself is the queue: only a
 * position is remembered, set after the brokers' acknowledgement, so that an outage of any length holds nobody up
 * and costs no memory.
 */
export class Relay {
  private readonly topic: TopicWriter;
  private readonly loop: RelayLoop;
  private readonly progress: RelayProgress;

  constructor(private readonly options: RelayOptions) {
    const { kafka, topic, name, log, content, positions, isBusy } = options;
    this.topic = new TopicWriter(kafka, topic, content);
    this.loop = new RelayLoop(name, () => this.sendPage(), log, isBusy);
    const marksEnds = content.marksEnds === true && positions.keepsEnds;
    const ends = marksEnds ? () => this.topic.ends() : undefined;
    this.progress = new RelayProgress({ name, positions, log, ends });
  }

  /** Begins; answers at once, also when no broker is there. */
  start(): void {
    this.progress.start();
    this.loop.start();
  }

  /** There may be more to send. */
  wake(): void {
    this.loop.wake();
  }

  /** Ends after the batch under way, or after its deadline. */
  async stop(): Promise<void> {
    await this.loop.stop();
    await this.progress.stop();
    await this.topic.close();
  }

  /** Up to where the brokers have acknowledged, and what is in the way now. */
  status(): { readonly name: string; readonly sentTo: string | null; readonly fault: string | null } {
    const { sentTo } = this.progress;
    return {
      name: this.options.name,
      sentTo: sentTo === undefined ? null : String(sentTo),
      fault: this.loop.fault ?? null,
    };
  }

  /** True when there may be more behind this page. */
  private async sendPage(): Promise<boolean> {
    if (!(await this.progress.holds())) return false;
    const { content } = this.options;
    const page = await this.read(this.progress.sentTo!);
    const ends = await this.send(content.messagesOf(page.events));
    this.progress.advance(page.scannedTo, ends, content.settle?.() ?? true);
    return page.more;
  }

  private async read(after: Position): Promise<Page> {
    const { events, content } = this.options;
    const end = await content.limit?.();
    if (end !== undefined && end <= after) return { events: [], scannedTo: after, more: false };
    const page = await events.readAll({ after, limit: PAGE });
    const within = end === undefined ? page.events : page.events.filter(({ position }) => position <= end);
    const whole = within.length === page.events.length;
    return {
      events: within,
      // Never the limit itself: views of lost data may have read to where the log has no event, and nothing could be read on from there.
      scannedTo: whole ? page.scannedTo : (within.at(-1)?.position ?? after),
      more: !page.atEnd && whole,
    };
  }

  private async send(messages: Messages): Promise<PartitionEnds> {
    const ends = new Map<number, bigint>();
    const write = async (some: readonly Message[]) => {
      for (const [partition, end] of await this.topic.write(some)) ends.set(partition, end);
    };
    let gathered: Message[] = [];
    let bytes = 0;
    for await (const some of messages) {
      for (const message of some) bytes += bytesOf(message);
      gathered.push(...some);
      if (bytes < GATHER_BYTES) continue;
      await write(gathered);
      [gathered, bytes] = [[], 0];
    }
    await write(gathered);
    return ends;
  }
}

import { LedgerError, type Position } from '#event-sourcing';
import type { EventReader, RelayPositions, StoredEvent } from '#event-store';
import type { Kafka, Message } from 'kafkajs';
import type { MessagingLog } from './kafka-client.js';
import { RelayLoop } from './relay-loop.js';
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
  /** Whether so many events are being recorded that sending should give way. Absent: it never gives way, since views wait for it. */
  readonly isIntakeBusy?: () => boolean;
}

/** What is read of the log at once. */
interface Page {
  readonly events: readonly StoredEvent[];
  readonly scannedTo: Position;
  readonly more: boolean;
}

const PAGE = 500;
/** Of several servers one sends: how often it says that it still does, ms. */
const HOLD_MILLIS = 1_500;
/** Messages wait for one another until they are so many bytes. */
const GATHER_BYTES = 256 * 1024;

/**
 * Sends what the log holds to a topic, at least once and in the log's order. The log itself is the queue: only a
 * position is remembered, set after the brokers' acknowledgement, so that an outage of any length holds nobody up
 * and costs no memory.
 */
export class Relay {
  private readonly topic: TopicWriter;
  private readonly loop: RelayLoop;
  private sentTo: Position | undefined;
  private remembered: Position | undefined;
  /** When this server became the one that sends, or said so last (ms); undefined: another one does. */
  private heldAt: number | undefined;
  private renewing: NodeJS.Timeout | undefined;
  private renewal: Promise<void> | undefined;

  constructor(private readonly options: RelayOptions) {
    const { kafka, topic, name, log, content, isIntakeBusy } = options;
    this.topic = new TopicWriter(kafka, topic, content);
    this.loop = new RelayLoop(name, () => this.sendPage(), log, isIntakeBusy);
  }

  /** Begins; answers at once, also when no broker is there. */
  start(): void {
    this.renewing = setInterval(() => {
      this.renewal ??= this.renew();
    }, HOLD_MILLIS);
    this.loop.start();
  }

  /** There may be more to send. */
  wake(): void {
    this.loop.wake();
  }

  /** Ends after the batch under way, or after its deadline. */
  async stop(): Promise<void> {
    clearInterval(this.renewing);
    await this.loop.stop();
    await this.renewal;
    const { positions, name } = this.options;
    if (this.heldAt !== undefined) await positions.release(name).catch(() => undefined);
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
    if (!(await this.holds())) return false;
    const { name, positions, content } = this.options;
    this.remembered ??= await positions.get(name);
    const page = await this.read((this.sentTo ??= this.remembered));
    await this.send(content.messagesOf(page.events));
    this.sentTo = page.scannedTo;
    const settled = content.settle?.() ?? true;
    if (settled && this.remembered !== page.scannedTo) await this.remember(page.scannedTo);
    return page.more;
  }

  /** Whether this server is the one that sends. When it becomes it, it goes on where the one before has come to. */
  private async holds(): Promise<boolean> {
    const { name, positions, log } = this.options;
    const now = performance.now();
    if (this.heldAt !== undefined && now - this.heldAt < HOLD_MILLIS) return true;
    const isHeld = await positions.hold(name);
    if (isHeld && this.heldAt === undefined) {
      this.sentTo = this.remembered = await positions.get(name);
      // What the one before has sent is in front of these ends, also what it did not come to remember.
      if (this.marksEnds) await this.remember(this.remembered);
      log.info(`${name} is sent by this server`);
    }
    if (!isHeld) this.lose();
    else this.heldAt = now;
    return isHeld;
  }

  /** Says again that this server sends, also while a page takes longer than others wait to take over. */
  private async renew(): Promise<void> {
    const { positions, name } = this.options;
    try {
      if (this.heldAt !== undefined && (await positions.hold(name))) this.heldAt = performance.now();
    } catch {
      // The next page says what is in the way.
    } finally {
      this.renewal = undefined;
    }
  }

  private async remember(position: Position): Promise<void> {
    const { name, positions } = this.options;
    const ends = this.marksEnds ? await this.topic.ends() : undefined;
    try {
      await positions.set(name, position, ends);
    } catch (error) {
      if (error instanceof LedgerError && error.code === 'relay-taken-over') this.lose();
      throw error;
    }
    this.remembered = position;
  }

  private get marksEnds(): boolean {
    const { content, positions } = this.options;
    return content.marksEnds === true && positions.keepsEnds;
  }

  private lose(): void {
    const { name, log } = this.options;
    if (this.heldAt !== undefined) log.info(`${name} is sent by another server`);
    this.heldAt = this.sentTo = this.remembered = undefined;
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
      scannedTo: whole ? page.scannedTo : end!,
      more: !page.atEnd && whole,
    };
  }

  private async send(messages: Messages): Promise<void> {
    let gathered: Message[] = [];
    let bytes = 0;
    for await (const some of messages) {
      for (const message of some) bytes += bytesOf(message);
      gathered.push(...some);
      if (bytes < GATHER_BYTES) continue;
      await this.topic.write(gathered);
      [gathered, bytes] = [[], 0];
    }
    await this.topic.write(gathered);
  }
}

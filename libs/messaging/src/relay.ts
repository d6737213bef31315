import { type EventReader, type Position, type RelayPositions, StoreFault } from '#event-sourcing';
import type { StoredEvent } from '#event-sourcing';
import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';
import { installCodecs } from './codecs.js';
import type { MessagingLog } from './kafka-client.js';

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
const SEND_DEADLINE_MILLIS = 30_000;
const RETRY_MILLIS = [200, 500, 1_000, 2_000, 5_000];

/**
 * Sends what the log holds to a topic, at least once and in the log's order. The log itself is the queue: only a
 * position is remembered, set after the brokers' acknowledgement, so that an outage of any length holds nobody up
 * and costs no memory.
 */
export class Relay {
  private readonly producer: Producer;
  private stopping = false;
  private running: Promise<void> | undefined;
  private wakeUp: () => void = () => undefined;
  private sentTo: Position | undefined;
  private fault: string | undefined;

  constructor(private readonly options: RelayOptions) {
    installCodecs();
    this.producer = options.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
  }

  /** Begins; answers at once, also when no broker is there. */
  start(): void {
    this.running ??= this.run();
  }

  /** There may be more to send. */
  wake(): void {
    this.wakeUp();
  }

  /** Ends after the batch under way, or after its deadline. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeUp();
    await this.running;
    await this.producer.disconnect().catch(() => undefined);
  }

  /** Up to where the brokers have acknowledged, and what is in the way now. */
  status(): { readonly name: string; readonly sentTo: string | null; readonly fault: string | null } {
    const { name } = this.options;
    return {
      name,
      sentTo: this.sentTo === undefined ? null : String(this.sentTo),
      fault: this.fault ?? null,
    };
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.stopping;) {
      try {
        const more = await this.sendPage();
        if (this.fault !== undefined) this.options.log.info(`${this.options.name}: sending again`);
        this.fault = undefined;
        failures = 0;
        if (!more) await this.sleep(1_000);
      } catch (error) {
        this.fault = (error as Error).message;
        if (failures === 0)
          this.options.log.warn(`${this.options.name} waits for the brokers`, { reason: this.fault });
        await this.sleep(RETRY_MILLIS[Math.min(failures, RETRY_MILLIS.length - 1)]!);
        failures += 1;
      }
    }
  }

  /** True when there may be more behind this page. */
  private async sendPage(): Promise<boolean> {
    const { name, topic, events, positions, limit, messagesOf } = this.options;
    const after = (this.sentTo ??= await positions.get(name));
    const end = await limit?.();
    if (end !== undefined && end <= after) return false;
    const page = await events.readAll({ after, limit: PAGE });
    const within = end === undefined ? page.events : page.events.filter(({ position }) => position <= end);
    const messages = await messagesOf(within);
    if (messages.length > 0) {
      await this.producer.connect();
      await deadline(this.producer.send({ topic, acks: -1, messages: [...messages] }));
    }
    const sentTo = within.length < page.events.length ? end! : page.scannedTo;
    if (sentTo !== after) await positions.set(name, sentTo);
    this.sentTo = sentTo;
    return !page.atEnd && within.length === page.events.length;
  }

  private sleep(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.stopping) this.wakeUp();
    });
  }
}

/** A send can wait for half a minute and more inside kafkajs: past the deadline it is tried anew. */
function deadline<T>(sending: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(new StoreFault('kafka-slow', `no acknowledgement in ${SEND_DEADLINE_MILLIS} ms`));
    const timer = setTimeout(late, SEND_DEADLINE_MILLIS);
    sending.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

import { Logger } from '@nestjs/common';
import type { EventStore, RelayPositions } from '#event-sourcing';
import type { DeadLetterBox, Intake } from '#intake';
import {
  changedCustomers,
  DeadTopic,
  kafkaClient,
  recordedMessage,
  Relay,
  TouchpointConsumer,
  viewsMessage,
} from '#messaging';
import type { Kafka, MessagingLog, RelayOptions, TakenIn } from '#messaging';
import type { Settings } from '#platform';
import type { ProjectingThread } from '../projecting/projecting-thread.js';
import type { QueryThreads } from '../query/query-threads.js';
import { connectionOf, tenantsByTopic } from './kafka-settings.js';
import { putAway } from './put-away.js';

/** What the Kafka side works with. */
export interface KafkaParts {
  readonly settings: Settings;
  readonly store: EventStore;
  readonly intake: Intake;
  readonly deadLetters: DeadLetterBox;
  readonly relayPositions: RelayPositions;
  readonly projecting: ProjectingThread;
  readonly queries: QueryThreads;
}

const DEAD_TOPIC = 'cx.touchpoints.dead';
const RECORDED_TOPIC = 'cx.recorded';
const VIEWS_TOPIC = 'cx.views';
const START_AGAIN_MILLIS = 5_000;

const logger = new Logger('Kafka');
const log: MessagingLog = {
  info: (message, details) => logger.log({ message, ...details }),
  warn: (message, details) => logger.warn({ message, ...details }),
};

/**
 * Kafka in and out: takes touchpoints in, relays what is recorded and whose views changed. Starts in the background,
 * so that a server whose brokers are away still serves HTTP.
 */
export class KafkaSide {
  private readonly kafka: Kafka;
  private readonly consumer: TouchpointConsumer;
  private readonly dead: DeadTopic;
  private readonly relays: readonly Relay[];
  private readonly topics: readonly string[];
  private stopping = false;
  private starting: Promise<void> | undefined;

  constructor(parts: KafkaParts) {
    const { settings, deadLetters } = parts;
    const kafka = (this.kafka = kafkaClient(connectionOf(settings), log));
    this.topics = [
      ...settings.kafkaTopics,
      DEAD_TOPIC,
      ...(settings.kafkaOut === 'on' ? [RECORDED_TOPIC, VIEWS_TOPIC] : []),
    ];
    this.dead = new DeadTopic(kafka, DEAD_TOPIC);
    this.consumer = new TouchpointConsumer({
      ...{ kafka, log, topics: tenantsByTopic(settings), groupId: settings.kafkaGroup },
      takeIn: (tenant, inputs) => takeIn(parts.intake, tenant, inputs),
      refuse: (records) => putAway(deadLetters, this.dead, records, log),
    });
    const common = { kafka, log, events: parts.store, positions: parts.relayPositions };
    this.relays = settings.kafkaOut === 'off' ? [] : relaysOf(parts, common);
  }

  /** Begins; answers at once. */
  start(): void {
    for (const relay of this.relays) relay.start();
    this.starting ??= this.join();
  }

  /** There is more to relay. */
  wake(): void {
    for (const relay of this.relays) relay.wake();
  }

  /** How far the relays have come, and what is in their way. */
  status() {
    return { idleMillis: this.consumer.idleMillis, relays: this.relays.map((relay) => relay.status()) };
  }

  /** Leaves the group and ends the relays after what is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.starting;
    await Promise.all([this.consumer.stop(), ...this.relays.map((relay) => relay.stop())]);
    await this.dead.stop();
  }

  /** Makes the topics that are missing, as the brokers make them by default; where that is not allowed, they must be there. */
  private async makeTopics(): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const there = new Set(await admin.listTopics());
      const topics = this.topics.filter((topic) => !there.has(topic)).map((topic) => ({ topic }));
      if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true });
    } catch (error) {
      log.warn('topics are missing and cannot be made', { reason: (error as Error).message });
    } finally {
      await admin.disconnect();
    }
  }

  /** Joins the group, again and again while the brokers are away. */
  private async join(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.makeTopics();
        return await this.consumer.start();
      } catch (error) {
        log.warn('kafka intake cannot start yet', { reason: (error as Error).message });
        for (let waited = 0; waited < START_AGAIN_MILLIS && !this.stopping; waited += 100) {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    }
  }
}

function relaysOf(
  { projecting, queries }: KafkaParts,
  common: Omit<RelayOptions, 'name' | 'topic' | 'messagesOf'>,
) {
  const recorded = new Relay({
    ...{ ...common, name: RECORDED_TOPIC, topic: RECORDED_TOPIC },
    messagesOf: (events) => events.map(recordedMessage),
  });
  const views = new Relay({
    ...{ ...common, name: VIEWS_TOPIC, topic: VIEWS_TOPIC },
    limit: async () => projecting.position,
    messagesOf: (events) =>
      Promise.all(
        changedCustomers(events).map(async (changed) => {
          const { text } = await queries.ask({ kind: 'customer', about: changed });
          return viewsMessage(changed, JSON.parse(text));
        }),
      ),
  });
  return [recorded, views];
}

async function takeIn(intake: Intake, tenant: string, inputs: readonly unknown[]): Promise<TakenIn[]> {
  const answers = await intake.record({ tenant, id: 'kafka' }, inputs);
  return answers.map((answer) => {
    if (answer.status !== 'rejected') return { taken: true };
    const { code, detail } = answer.problem;
    return { taken: false, code, detail };
  });
}

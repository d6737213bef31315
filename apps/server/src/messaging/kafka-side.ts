import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Backoff, WakeSignal } from '#threads';
import type { DeadLetterBox, Intake, DeadLetterOutbox } from '#intake';
import type { EventStore, RelayPositions } from '#event-store';
import {
  ChangedViews,
  DeadTopic,
  kafkaClient,
  recordedMessageOf,
  Relay,
  TouchpointConsumer,
} from '#engines/kafka';
import type { Kafka, MessagingLog, RefusedRecord, RelayContent, RelayOptions, TakenIn } from '#engines/kafka';
import type { Settings } from '#platform';
import type { ViewsProgress } from '../projecting/views-progress.js';
import type { QueryThreads } from '../query/query-threads.js';
import { deadInput } from './dead-input.js';
import type { KafkaStatus } from './kafka-status.js';
import { connectionOf, shouldWait, RECORDED_TOPIC, tenantsByTopic } from './kafka-settings.js';

/** The parts of the ledger that Kafka in and out need. */
export interface KafkaParts {
  readonly settings: Settings;
  readonly store: EventStore;
  readonly intake: Intake;
  readonly deadLetters: DeadLetterBox;
  readonly deadLetterOutbox: DeadLetterOutbox;
  readonly relayPositions: RelayPositions;
  readonly views: ViewsProgress;
  readonly queries: QueryThreads;
}

const DEAD_TOPIC = 'cx.touchpoints.dead';
const VIEWS_TOPIC = 'cx.views';
const FIRST_RETRY_MILLIS = 1_000;
const LONGEST_RETRY_MILLIS = 5_000;
const STOP_MILLIS = 5_000;
/** After this many failed attempts in a row, at least a second apart, a partition counts as stalled. */
const STALLED_ATTEMPTS = 5;
/** Events of one partition that are recorded in one call. */
const CHUNK = 1_000;

/** A server that does not take events in waits for no group. */
const NO_CONSUMER = { isMember: true, secondsUnanswered: 0 };

const logger = new Logger('Kafka');
const log: MessagingLog = {
  info: (message, details) => logger.log({ message, ...details }),
  warn: (message, details) => logger.warn({ message, ...details }),
};

/**
 * Kafka in and out: consumes touchpoints, relays recorded events and changed views. Starts in the background, so that
 * HTTP is served while no broker is reachable.
 */
export class KafkaSide implements KafkaStatus {
  private readonly kafka: Kafka;
  /** Absent where this server does not take events in. */
  private readonly consumer: TouchpointConsumer | undefined;
  private readonly dead: DeadTopic;
  private readonly relays: readonly Relay[];
  private readonly topics: readonly string[];
  private readonly stopping = new AbortController();
  private readonly wakeSignal = new WakeSignal();
  private readonly backoff = new Backoff(FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS);
  private starting: Promise<void> | undefined;

  constructor(private readonly parts: KafkaParts) {
    const { settings, deadLetterOutbox: outbox } = parts;
    const kafka = (this.kafka = kafkaClient(connectionOf(settings), log));
    this.dead = new DeadTopic({ kafka, log, topic: DEAD_TOPIC, outbox });
    const takesIn = settings.roles.includes('ingest');
    this.consumer = takesIn ? this.consumerOf(parts) : undefined;
    const common = { kafka, log, events: parts.store, positions: parts.relayPositions };
    this.relays = settings.kafkaOut === 'off' ? [] : relaysOf(parts, common);
    this.topics = [
      ...(takesIn ? [...settings.kafkaTopics, DEAD_TOPIC] : []),
      ...this.relays.map((relay) => relay.status().name),
      ...(settings.spread === 'on' ? [RECORDED_TOPIC] : []),
    ];
  }

  private consumerOf({ settings, intake }: KafkaParts): TouchpointConsumer {
    return new TouchpointConsumer({
      ...{ kafka: this.kafka, log, topics: tenantsByTopic(settings), groupId: settings.kafkaGroup },
      sessionSeconds: settings.kafkaSessionSeconds,
      // A batch larger than a request's limit would be refused forever.
      chunk: Math.min(CHUNK, settings.batchLimit),
      takeIn: (tenant, inputs) => takeIn(intake, tenant, inputs),
      refuse: (records) => this.storeDead(records),
      gaveUp: (reason) => {
        this.starting = this.joinLater(reason);
      },
    });
  }

  /** Starts in the background. */
  start(): void {
    for (const relay of [...this.relays, ...(this.consumer ? [this.dead] : [])]) relay.start();
    this.starting ??= this.join();
  }

  /** Wakes the relays: the log has grown. */
  wake(): void {
    for (const relay of this.relays) relay.wake();
  }

  stalled(): readonly string[] {
    return (this.consumer?.held ?? [])
      .filter(({ attempts }) => attempts >= STALLED_ATTEMPTS)
      .map(({ topic, partition, code }) => `kafka ${topic}/${partition} (waits for the store: ${code})`);
  }

  degraded(): readonly string[] {
    const { isMember, secondsUnanswered: silent } = this.consumer ?? NO_CONSUMER;
    const relays = this.relays.map((relay) => relay.status());
    return [
      ...(isMember ? [] : ['kafka intake (no group joined)']),
      ...(silent > 0 ? [`kafka intake (the brokers have not answered for ${silent} s)`] : []),
      ...relays.flatMap(({ name, fault }) => (fault === null ? [] : [`${name} (not sent)`])),
    ];
  }

  /**
   * Leaves the group and stops the relays after the work in progress. Waits at most `STOP_MILLIS` for the brokers: what
   * they have not acknowledged is delivered, or sent, again.
   */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.ended(), sleep(STOP_MILLIS, undefined, { ref: false })]);
  }

  private async ended(): Promise<void> {
    await this.starting;
    await this.consumer?.stop();
    await Promise.all([...this.relays, this.dead].map((part) => part.stop()));
  }

  private async storeDead(records: readonly RefusedRecord[]): Promise<void> {
    await this.parts.deadLetters.put(records.map(deadInput));
    this.dead.wake();
  }

  /** Creates missing topics with the brokers' defaults; where that is not allowed, they must exist. */
  private async createTopics(): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const there = new Set(await admin.listTopics());
      const missing = [...new Set(this.topics)].filter((topic) => !there.has(topic));
      const { recordedPartitions: numPartitions } = this.parts.settings;
      const topics = missing.map((topic) => ({ topic, ...(topic === RECORDED_TOPIC && { numPartitions }) }));
      if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true }).catch(cannotCreate);
    } finally {
      await admin.disconnect();
    }
  }

  /** Joins the group; retries while the brokers are unreachable or refuse. */
  private async join(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.createTopics();
        await this.consumer?.start();
        this.backoff.reset();
        return;
      } catch (error) {
        await this.restAfter(error as Error);
      }
    }
  }

  private async joinLater(reason: Error): Promise<void> {
    await this.restAfter(reason);
    await this.join();
  }

  private async restAfter({ message: reason }: Error): Promise<void> {
    log.warn('kafka consumer is not running; retrying', { reason: withHint(reason) });
    await this.wakeSignal.pause(this.backoff.next(), this.stopping.signal);
  }
}

function cannotCreate({ message: reason }: Error): void {
  log.warn('kafka topics are missing and cannot be created', { reason });
}

/** Brokers close the connection without a reason when TLS or a login is missing. */
function withHint(reason: string): string {
  if (!reason.includes('Closed connection')) return reason;
  return `${reason} (do the brokers want TLS, or a login? CX_KAFKA_TLS, CX_KAFKA_SASL)`;
}

function relaysOf(
  { settings, store, intake, views: progress, queries }: KafkaParts,
  common: Omit<RelayOptions, 'name' | 'topic' | 'content'>,
) {
  const load = () => ({
    eventsUnderWay: intake.eventsUnderWay,
    secondsBehind: progress.timelines.lag.secondsBehind,
  });
  const messageOf = recordedMessageOf(store);
  const recorded: RelayContent = { marksEnds: true, messagesOf: (events) => [events.map(messageOf)] };
  const views = new ChangedViews({
    log,
    foldedTo: async () => progress.timelines.position,
    viewsOf: async (changed) => (await queries.ask({ kind: 'customer', about: changed })).text,
  });
  const contents = [
    ['ingest', RECORDED_TOPIC, recorded],
    ['project', VIEWS_TOPIC, views],
  ] as const;
  return contents
    .filter(([role]) => settings.roles.includes(role))
    .map(([, topic, content]) => {
      const isBusy = () => shouldWait(topic, settings, load());
      return new Relay({ ...common, isBusy, name: topic, topic, content });
    });
}

async function takeIn(intake: Intake, tenant: string, inputs: readonly unknown[]): Promise<TakenIn[]> {
  const answers = await intake.record({ tenant, id: 'kafka' }, inputs);
  return answers.map((answer) => {
    if (answer.status !== 'rejected') return { taken: true };
    const { code, detail, errors: faults } = answer.problem;
    return { taken: false, code, detail, faults };
  });
}

import { TouchpointConsumer } from '#engines/kafka';
import type { RefusedRecord, TakeIn, TouchpointConsumerOptions } from '#engines/kafka';
import type { KafkaFixture } from './kafka-fixture.js';
import { SILENT } from './silent-log.js';

/** A consumer with the ids that it consumed, in order, and the records that it refused. */
export interface RecordingConsumer {
  readonly consumer: TouchpointConsumer;
  readonly taken: readonly string[];
  readonly refused: readonly RefusedRecord[];
}

export type ConsumerChanges = Partial<TouchpointConsumerOptions> & {
  /** Runs before events count as consumed: may wait, or throw. */
  readonly before?: (ids: readonly string[]) => Promise<void>;
};

/** Only the touchpoint's id matters here. */
export const touchpoint = (id: string) => ({
  key: id,
  value: JSON.stringify({ id }),
  headers: { 'content-type': 'application/cloudevents+json' },
});

export const idsOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Consumers of a test, ended by `stop`. */
export class RecordingConsumers {
  private readonly running: TouchpointConsumer[] = [];

  constructor(private readonly room: () => Pick<KafkaFixture, 'kafka'>) {}

  /** The group of all consumers of a topic. */
  groupOf(topic: string): string {
    return `group-${topic}`;
  }

  async start(topic: string, changes: ConsumerChanges = {}): Promise<RecordingConsumer> {
    const { before, ...options } = changes;
    const taken: string[] = [];
    const refused: RefusedRecord[] = [];
    const takeIn: TakeIn = async (_tenant, inputs) => {
      const ids = inputs.map((input) => (input as { id: string }).id);
      await before?.(ids);
      taken.push(...ids);
      return inputs.map(() => ({ taken: true }));
    };
    const consumer = new TouchpointConsumer({
      ...{ kafka: this.room().kafka, topics: new Map([[topic, ['default']]]), groupId: this.groupOf(topic) },
      ...{ chunk: 1_000, sessionSeconds: 10, gaveUp: () => undefined },
      ...{ takeIn, log: SILENT, refuse: async (records) => void refused.push(...records) },
      ...options,
    });
    this.running.push(consumer);
    await consumer.start();
    return { consumer, taken, refused };
  }

  async stop(): Promise<void> {
    for (const consumer of this.running.splice(0)) await consumer.stop();
  }
}

import { TouchpointConsumer } from '#engines/kafka';
import type { RefusedRecord, TakeIn, TouchpointConsumerOptions } from '#engines/kafka';
import type { KafkaRoom } from './kafka-room.js';

const SILENT = { info: () => undefined, warn: () => undefined };

/** A consumer with what it took in (ids, in order) and refused. */
export interface NotingConsumer {
  readonly consumer: TouchpointConsumer;
  readonly taken: readonly string[];
  readonly refused: readonly RefusedRecord[];
}

export type ConsumerChanges = Partial<TouchpointConsumerOptions> & {
  /** Comes before events are noted as taken: may wait, or throw. */
  readonly before?: (ids: readonly string[]) => Promise<void>;
};

/** The touchpoint's id is all that counts here. */
export const touchpoint = (id: string) => ({
  key: id,
  value: JSON.stringify({ id }),
  headers: { 'content-type': 'application/cloudevents+json' },
});

export const idsOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Consumers of a test, ended by `stop`. */
export class NotingConsumers {
  private readonly running: TouchpointConsumer[] = [];

  constructor(private readonly room: () => KafkaRoom) {}

  /** The group of all consumers of a topic. */
  groupOf(topic: string): string {
    return `group-${topic}`;
  }

  async start(topic: string, changes: ConsumerChanges = {}): Promise<NotingConsumer> {
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

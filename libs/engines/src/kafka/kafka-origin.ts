/** The place of a record in Kafka. */
export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** The origin of a dead letter that came from Kafka: `kafka cx.touchpoints/3@17`. */
export function originOf({ topic, partition, offset }: RecordPlace): string {
  return `kafka ${topic}/${partition}@${offset}`;
}

/** The place that an origin names; undefined when the letter did not come from Kafka. */
export function parseOrigin(origin: string): RecordPlace | undefined {
  const [, topic, partition, offset] = /^kafka (\S+)\/(\d+)@(\d+)$/.exec(origin) ?? [];
  return topic === undefined ? undefined : { topic, partition: Number(partition), offset: offset! };
}

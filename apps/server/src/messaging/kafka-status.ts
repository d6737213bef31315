/** How Kafka is doing, in words that everyone may read (reasons are in the log); both lists are empty without Kafka. */
export abstract class KafkaStatus {
  /** Partitions of which nothing is taken in: a reason not to be ready. */
  abstract stalled(): readonly string[];
  /** What keeps the brokers' side from working while requests are served all the same. */
  abstract degraded(): readonly string[];
}

/** Kafka is switched off. */
export const NO_KAFKA: KafkaStatus = { stalled: () => [], degraded: () => [] };

/** The state of Kafka as public text (reasons are in the log); both lists are empty without Kafka. */
export abstract class KafkaStatus {
  /** Stalled partitions: a reason not to be ready. */
  abstract stalled(): readonly string[];
  /** Faults of Kafka that do not affect requests. */
  abstract degraded(): readonly string[];
}

/** Kafka is switched off. */
export const NO_KAFKA: KafkaStatus = { stalled: () => [], degraded: () => [] };

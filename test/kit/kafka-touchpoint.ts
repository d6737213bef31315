import type { Message } from 'kafkajs';
import type { SentEvent } from './touchpoint.js';

/** The two modes in which an event comes over Kafka. */
export const KAFKA_MODES = ['structured', 'binary'] as const;
export type KafkaMode = (typeof KAFKA_MODES)[number];

/** The message of an event, by the Kafka protocol binding of CloudEvents. */
export function kafkaMessage(event: SentEvent, mode: KafkaMode = 'structured'): Message {
  if (mode === 'structured') {
    return { value: JSON.stringify(event), headers: { 'content-type': 'application/cloudevents+json' } };
  }
  const { data, ...attributes } = event;
  const entries = Object.entries(attributes).map(([name, value]) => [`ce_${name}`, String(value)]);
  return {
    value: JSON.stringify(data),
    headers: { ...Object.fromEntries(entries), 'content-type': 'application/json' },
  };
}

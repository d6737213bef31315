import { describeWith } from './describe-with.js';
import { kafkaMissing } from './kafka-broker.js';

/** Tests that need a real broker. */
export function describeWithKafka(title: string, tests: () => void): void {
  const advice = 'install Java 17 and Maven to run it';
  describeWith({ name: 'kafka', missing: kafkaMissing(), advice }, title, tests);
}

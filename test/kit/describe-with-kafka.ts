import { describeWith } from './describe-with.js';
import { kafkaMissing } from './kafka-broker.js';
import { KafkaFixture } from './kafka-fixture.js';

/** Tests that need a real broker of their own, which they stop or look into. */
export function describeWithKafka(title: string, tests: () => void): void {
  const advice = 'install Java 17 and Maven to run it';
  describeWith({ name: 'kafka', missing: kafkaMissing(), advice }, title, tests);
}

/** Tests that need a real broker, which others may use, too. */
export function describeWithSharedKafka(title: string, tests: () => void): void {
  const missing = KafkaFixture.isGiven ? undefined : kafkaMissing();
  const advice = 'install Java 17 and Maven to run it, or CX_TEST_KAFKA=host:port names a broker';
  describeWith({ name: 'kafka', missing, advice }, title, tests);
}

import { describe } from '@jest/globals';
import { kafkaMissing } from './kafka-broker.js';

/** Tests that need a real broker: where none can be started they say so, or fail where CX_TEST_REQUIRE names kafka. */
export function describeWithKafka(title: string, tests: () => void): void {
  const missing = kafkaMissing();
  if (missing === undefined) return describe(title, tests);
  if ((process.env.CX_TEST_REQUIRE ?? '').includes('kafka')) {
    throw new Error(`CX_TEST_REQUIRE names kafka, but there is ${missing}`);
  }
  console.log(`skipped: ${title} (${missing}); install Java 17 and Maven to run it`);
  describe.skip(title, tests);
}

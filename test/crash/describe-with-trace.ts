import { describe } from '@jest/globals';
import { tracingMissing } from './traced-run.js';
import { saySkipped } from '../kit/describe-with.js';

/** Tests that need strace: where it is missing they say so, or fail where CX_TEST_REQUIRE names strace. */
export function describeWithTrace(title: string, tests: () => void): void {
  const missing = tracingMissing();
  if (missing === undefined) return describe(title, tests);
  if ((process.env.CX_TEST_REQUIRE ?? '').includes('strace')) {
    throw new Error(`CX_TEST_REQUIRE names strace, but: ${missing}`);
  }
  saySkipped(`${title} (${missing}); install strace to run it`);
  describe.skip(title, tests);
}

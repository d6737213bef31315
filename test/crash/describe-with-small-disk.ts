import { describe } from '@jest/globals';
import { mountingMissing } from './small-disk.js';
import { saySkipped } from '../kit/describe-with.js';

/** Tests that mount a file system of their own: where that is not allowed they say so. */
export function describeWithSmallDisk(title: string, tests: () => void): void {
  const missing = mountingMissing();
  if (missing === undefined) return describe(title, tests);
  saySkipped(`${title} (${missing}); the event store's own tests inject the same faults`);
  describe.skip(title, tests);
}

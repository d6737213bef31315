import { describe, expect, it } from '@jest/globals';
import { cutPower } from './power-cut.js';
import { straceMissing } from './trace.js';

const missing = straceMissing();
if (missing !== undefined) console.log(`power cuts skipped: ${missing}`);

describe('an event store whose machine loses power', () => {
  (missing === undefined ? it : it.skip)('has everything it acknowledged', async () => {
    const { acknowledged, faults } = await cutPower(150, 20, Date.now() % 2 ** 31);
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import { killTest } from './kill-test.js';

// The long form, and the one with Kafka, is a command: node dist/test/crash/kill-server.js --help
describe('a server that is killed while it takes events in', () => {
  const SEED = Number(process.env.CX_TEST_SEED ?? Date.now() % 1_000_000);

  it(`has all it acknowledged, once, and every view as if folded afresh (seed ${SEED})`, async () => {
    const summary = await killTest({
      ...{ kills: 6, seed: SEED, connections: 3, customers: 40 },
      ...{ atMostMillis: 90_000, kafka: false },
    });
    expect(summary).toMatchObject({ lost: 0, duplicated: 0, wrong: [], differingViews: [], refused: 0 });
    expect(summary.kills).toBeGreaterThan(0);
    expect(summary.acknowledged).toBeGreaterThan(0);
    expect(summary.viewsCompared).toBe(45);
  }, 240_000);
});

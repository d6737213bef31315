import { describe, expect, it } from '@jest/globals';
import { describeWithKafka } from '../kit/describe-with-kafka.js';
import { killTest } from './kill-test.js';

// The long form is a command: node dist/test/crash/kill-server.js --help
const SEED = Number(process.env.CX_TEST_SEED ?? Date.now() % 1_000_000);

async function expectAllKept(kills: number, kafka: boolean): Promise<void> {
  const summary = await killTest({
    ...{ kills, kafka, seed: SEED, connections: 3, customers: 40 },
    atMostMillis: 90_000,
  });
  expect(summary).toMatchObject({
    lost: 0,
    duplicated: 0,
    wrong: [],
    differingViews: [],
    refused: 0,
    deadLetters: {},
  });
  expect(summary.kills).toBeGreaterThan(0);
  expect(summary.acknowledged).toBeGreaterThan(0);
  expect(summary.viewsCompared).toBe(45);
}

describe('a server that is killed while it takes events in', () => {
  it(`has all it acknowledged, once, and every view as if folded afresh (seed ${SEED})`, async () => {
    await expectAllKept(6, false);
  }, 240_000);
});

describeWithKafka('a server that is killed while it takes events in over HTTP and Kafka', () => {
  it(`has all it acknowledged and all that the broker took, once (seed ${SEED})`, async () => {
    await expectAllKept(3, true);
  }, 600_000);
});

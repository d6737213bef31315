import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithTrace } from './describe-with-trace.js';
import { PowerCutTest } from './power-cut-test.js';

// The long form is a command: node dist/test/crash/power-cut.js --help
describeWithTrace('the event store when the power fails', () => {
  const SEED = Number(process.env.CX_TEST_SEED ?? Date.now() % 1_000_000);
  let test: PowerCutTest;

  beforeAll(async () => {
    test = await PowerCutTest.start(SEED, 120);
  });
  afterAll(() => test.remove());

  it('acknowledges events only when a sync of what holds them has ended', () => {
    const { events, early } = test.syncOrder();
    expect(events).toBeGreaterThan(1_000);
    expect(early).toEqual([]);
  });

  it(`has everything acknowledged, once and in its place, after cuts at random points (seed ${SEED})`, async () => {
    let [cuts, acknowledged] = [0, 0];
    for await (const { cut, verdict } of test.cuts({ cuts: 12, models: ['journal', 'loose'] })) {
      const { lost, duplicated, wrong } = verdict;
      expect({ cut: cut.number, lost, duplicated, wrong }).toEqual({
        ...{ cut: cut.number, lost: 0, duplicated: 0, wrong: [] },
      });
      acknowledged += verdict.acknowledged;
      cuts++;
    }
    expect(cuts).toBe(12);
    expect(acknowledged).toBeGreaterThan(1_000);
  });

  it('would lose events on a disk that does not sync the log: this test would see it', async () => {
    const deaf = (path: string) => /log\.sqlite(-wal)?$/.test(path);
    let lost = 0;
    for await (const { verdict } of test.cuts({ cuts: 6, models: ['journal'], deaf })) lost += verdict.lost;
    expect(lost).toBeGreaterThan(0);
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CutOptions } from './cuts.js';
import { describeWithTrace } from './describe-with-trace.js';
import { PowerCutTest } from './power-cut-test.js';
import type { Verdict } from './verdict.js';

const SEED = Number(process.env.CX_TEST_SEED ?? Date.now() % 1_000_000);

// The long form is a command: node dist/test/crash/power-cut.js --help
describeWithTrace('the event store when the power fails', () => {
  let test: PowerCutTest;

  beforeAll(async () => {
    test = await PowerCutTest.start('events', SEED, 120);
  });
  afterAll(() => test.remove());

  it('acknowledges events only when a sync of what holds them has ended', () => {
    const { acknowledged, early } = test.syncOrder();
    expect(acknowledged).toBeGreaterThan(1_000);
    expect(early).toEqual([]);
  });

  it(`has everything acknowledged, once and in its place, after cuts at random points (seed ${SEED})`, async () => {
    const acknowledged = await allGood(test, { cuts: 12, models: ['journal', 'loose'] });
    expect(acknowledged).toBeGreaterThan(1_000);
  });

  it('would lose events on a disk that does not sync the log: this test would see it', async () => {
    const deaf = (path: string) => /log\.sqlite(-wal)?$/.test(path);
    expect(await seen(test, deaf, ({ lost }) => lost > 0)).toBe(true);
  });
});

describeWithTrace('everything that an acknowledged event needs when the power fails', () => {
  let test: PowerCutTest;

  beforeAll(async () => {
    test = await PowerCutTest.start('intake', SEED, 80);
  });
  afterAll(() => test.remove());

  it('is durable before the event is written (its key) or anything is acknowledged', () => {
    const { acknowledged, early } = test.syncOrder();
    expect(acknowledged).toBeGreaterThan(100);
    expect(early).toEqual([]);
  });

  it(`is there once and opens, dead letters and kept answers too, after cuts at random points (seed ${SEED})`, async () => {
    const acknowledged = await allGood(test, { cuts: 12, models: ['journal', 'loose'] });
    expect(acknowledged).toBeGreaterThan(300);
  });

  it('opens after a cut at any point of a change of the master key', async () => {
    const { steps } = test.run;
    const from = steps.findIndex((step) => step.is === 'name-begun' && isNext(step.name.to));
    const to = steps.findIndex((step) => step.is === 'name-ended' && isNext(step.name.from));
    expect(from).toBeGreaterThan(0);
    expect(to).toBeGreaterThan(from);
    // The folder is synced a few steps behind the last change of a name.
    await allGood(test, { cuts: 16, models: ['journal', 'loose'], within: [from, to + 8] });
  });

  it('would be sealed for ever, and called another event, on a disk that does not sync the keys', async () => {
    const deaf = (path: string) => /keys\.sqlite(-wal)?$/.test(path);
    const sealedForEver = ({ unopened, wrong }: Verdict) =>
      unopened > 0 && wrong.some((what) => what.endsWith('sent again is id-reused'));
    expect(await seen(test, deaf, sealedForEver)).toBe(true);
  });

  it('would lose dead letters on a disk that does not sync them', async () => {
    const deaf = (path: string) => /operations\.sqlite(-wal)?$/.test(path);
    expect(await seen(test, deaf, ({ lost }) => lost > 0)).toBe(true);
  });
});

/** Makes the cuts and finds nothing wrong; how much had been acknowledged in all of them. */
async function allGood(test: PowerCutTest, options: Omit<CutOptions, 'seed'>): Promise<number> {
  let [cuts, acknowledged] = [0, 0];
  for await (const { cut, verdict } of test.cuts(options)) {
    const { lost, duplicated, unopened, wrong } = verdict;
    expect({ cut: cut.number, lost, duplicated, unopened, wrong }).toEqual({
      ...{ cut: cut.number, lost: 0, duplicated: 0, unopened: 0, wrong: [] },
    });
    acknowledged += verdict.acknowledged;
    cuts++;
  }
  expect(cuts).toBe(options.cuts);
  return acknowledged;
}

/** Whether a cut of a disk that ignores some syncs comes to that; what was not synced may be there all the same. */
async function seen(
  test: PowerCutTest,
  deaf: (path: string) => boolean,
  what: (verdict: Verdict) => boolean,
): Promise<boolean> {
  for await (const { verdict } of test.cuts({ cuts: 40, models: ['journal'], deaf }))
    if (what(verdict)) return true;
  return false;
}

/** Whether a path is that of a master key which is to replace the one there is. */
const isNext = (path: string | undefined) => path?.endsWith('.key.next') === true;

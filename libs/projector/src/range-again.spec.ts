import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TABLES } from '#views';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { crash } from '../../../test/kit/lost-thread.js';
import { projectorOf, SetClock, storedBytes } from '../../../test/kit/projected.js';
import { THREADED } from '../../../test/kit/read-model-kinds.js';
import type { EventSpec } from '../../../test/kit/recorded-events.js';
import type { Projector } from './projector.js';
import type { DerivedRange, RangeDeriver, ReadModel } from './read-model.js';

const NOON = Date.UTC(2026, 2, 2, 12);
const CUSTOMERS = ['a', 'b', 'c', 'd'];
const CLOCK = new SetClock(NOON + 3_600_000);

const raised = (id: string, customer: string, minute: number): EventSpec => ({
  type: 'IssueRaised',
  id,
  customer,
  at: NOON + minute * 60_000,
  data: { issueId: id, category: 'billing', severity: 'normal' },
});
const merged = (survivor: string, other: string): EventSpec => ({
  type: 'CustomersMerged',
  id: `${survivor}<${other}`,
  customer: survivor,
  at: NOON + 1_800_000,
  data: { mergedId: other },
});

describe.each(THREADED)('10.3: a rebuild that threads derive, in $name', (kind) => {
  let log: DeliveredLog;
  let readModel: ReadModel;
  let projector: Projector;

  beforeEach(async () => {
    log = new DeliveredLog(CUSTOMERS.map((one, minute) => raised(`${one}1`, one, minute)));
    readModel = await kind.open();
    const limits = { threadFacts: 0, jobFacts: 1, gatherMillis: 0 };
    projector = projectorOf({ events: log, readModel, clock: CLOCK, limits });
    await projector.catchUp();
  });
  afterEach(() => kind.end(readModel));

  /** What is stored where nothing was ever rebuilt. */
  async function undisturbed(): Promise<string> {
    const other = await kind.open();
    const fresh = projectorOf({ events: log, readModel: other, clock: CLOCK });
    await fresh.catchUp();
    expect((await fresh.status()).parked).toEqual([]);
    const bytes = await storedBytes(other, TABLES);
    await kind.end(other);
    return bytes;
  }

  /** What the real threads derive goes through `pass`, by its place among the ranges. */
  function passing(pass: (derived: Promise<DerivedRange>, place: number) => Promise<DerivedRange>): void {
    const deriver = readModel.rangeDeriver as RangeDeriver;
    const derive = deriver.derive.bind(deriver);
    let place = 0;
    deriver.derive = (range, now) => pass(derive(range, now), place++);
  }

  const committed = () =>
    new Promise<void>((resolve) => {
      const stop = projector.onCommitted(() => resolve(stop()));
    });

  it.each([
    ['an event of the same customer', [raised('a2', 'a', 20), raised('b2', 'b', 21)]],
    ['a customer that merges with another', [merged('d', 'a'), raised('a2', 'a', 20)]],
    ['a customer that merges into an earlier one, and a new one', [merged('a', 'd'), raised('e1', 'e', 20)]],
  ])('does not overwrite what is committed while it is derived: %s', async (_what, meanwhile) => {
    let gate: Promise<void> | undefined;
    passing(async (deriving, place) => {
      const derived = await deriving;
      if (place === 0) {
        gate = committed();
        log.deliver(...meanwhile);
      }
      await gate;
      return derived;
    });
    await projector.rebuild();
    await projector.catchUp();
    expect((await projector.status()).endedJobs).toMatchObject([{ outcome: 'completed', differing: 0 }]);
    expect(await storedBytes(readModel, TABLES)).toBe(await undisturbed());
  });

  it('goes on where a thread ends', async () => {
    passing(async (deriving, place) => {
      if (place !== 1) return deriving;
      const { workers } = readModel.rangeDeriver as unknown as { workers: Promise<unknown>[] };
      await crash(await workers[1 % workers.length]);
      return deriving;
    });
    await projector.rebuild();
    await projector.catchUp();
    const { endedJobs, failure } = await projector.status();
    expect({ failure, endedJobs }).toMatchObject({
      failure: null,
      endedJobs: [{ outcome: 'completed', customersDone: 4, factsDone: 4, differing: 0 }],
    });
    expect(await storedBytes(readModel, TABLES)).toBe(await undisturbed());
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { projectorOf, SetClock } from '../../../test/kit/projected.js';
import { THREADED } from '../../../test/kit/read-model-kinds.js';
import type { EventSpec } from '../../../test/kit/recorded-events.js';
import type { Projector } from './projector.js';
import type { ProjectorLimits } from './projector-parts.js';
import type { CustomerRange, JobRecord, RangeDeriver, ReadModel, ReadModelChange } from './read-model.js';

const NOON = Date.UTC(2026, 2, 2, 12);
const CUSTOMERS = 1_100;
const HERE = { threadFacts: Infinity, bulkBacklog: CUSTOMERS, pageEvents: 500 };

const raised = (customer: number, issue = 1): EventSpec => ({
  type: 'IssueRaised',
  id: `${customer}/${issue}`,
  customer: `c${customer}`,
  at: NOON + issue,
  data: { issueId: `i${customer}/${issue}`, category: 'billing', severity: 'normal' },
});

// Memory is bounded by what is in it at one time: that is counted, since bytes would tell of the machine.
describe('A10: what a rebuild holds in memory', () => {
  const [sqlite] = THREADED;
  let log: DeliveredLog;
  let readModel: ReadModel;
  let projector: Projector;

  beforeEach(async () => {
    log = new DeliveredLog(Array.from({ length: CUSTOMERS }, (_, no) => raised(no)));
    readModel = await sqlite!.open();
    projector = projecting({ ...HERE, jobFacts: 20 });
    await projector.catchUp();
  });
  afterEach(() => sqlite!.end(readModel));

  function projecting(limits: Partial<ProjectorLimits>): Projector {
    return projectorOf({ events: log, readModel, clock: new SetClock(NOON + 3_600_000), limits });
  }

  /** Calls `onCommit` with every change that is committed. */
  function onCommit(look: (change: ReadModelChange) => void): void {
    const commit = readModel.commit.bind(readModel);
    readModel.commit = (change) => {
      look(change);
      return commit(change);
    };
  }

  // One fact each, so that a range of `jobFacts` has as many customers; of few facts each, it has 1,000 at most.
  it.each([
    [20, 20],
    [10_000, 1_000],
  ])('is two ranges of each thread: of %d facts, and %d customers', async (jobFacts, customers) => {
    const deriver = readModel.rangeDeriver as RangeDeriver;
    const ranges: CustomerRange[] = [];
    const derive = deriver.derive.bind(deriver);
    deriver.derive = (range, now) => {
      ranges.push(range);
      return derive(range, now);
    };
    let [committed, most] = [0, 0];
    onCommit(({ jobs }) => {
      most = Math.max(most, ranges.at(-1)!.upTo - committed);
      committed = jobs?.[0]?.after ?? committed;
    });
    const rebuilding = projecting({ threadFacts: 0, jobFacts });
    ranges.push({ after: 0, upTo: 0 });
    await rebuilding.rebuild();
    await rebuilding.catchUp();
    expect(Math.max(...ranges.map(({ after, upTo }) => upTo - after))).toBe(customers);
    expect(most).toBe(Math.min(CUSTOMERS, deriver.threads * 2 * customers));
  });

  it('is the facts of one step, where the projecting thread derives', async () => {
    const folded: number[] = [];
    let before = 0;
    onCommit(({ jobs = [], endedJobs = [] }) => {
      const [{ factsDone }] = [...jobs, ...endedJobs] as [JobRecord];
      folded.push(factsDone - before);
      before = factsDone;
    });
    await projector.rebuild();
    await projector.catchUp();
    expect(before).toBe(CUSTOMERS);
    expect(Math.max(...folded)).toBeLessThanOrEqual(20);
  });

  it('is without the ends of the timelines, which a bulk catch-up has filled', async () => {
    const read: string[] = [];
    const timelines = readModel.stored.timelines.bind(readModel.stored);
    readModel.stored.timelines = (customers, part) => {
      if (part === 'last') read.push(...customers.map(({ name }) => name));
      return timelines(customers, part);
    };
    log.deliver(raised(7, 2));
    await projector.catchUp();
    expect(read).toEqual(['c7']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { KeptStates, PolicyBooks, QUERIES, type QueryContext, TABLES } from '#views';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { projectorOf, SetClock, storedBytes } from '../../../test/kit/projected.js';
import { READ_MODELS } from '../../../test/kit/read-model-kinds.js';

const NOON = Date.UTC(2026, 2, 2, 12);
const HOUR = 3_600_000;
const TOMORROW = NOON + 24 * HOUR;

describe.each(READ_MODELS)('10.3: a customer whose only facts lie ahead of the clock, in $name', (kind) => {
  it('is in no list, and gets its rows when their time comes, without another event', async () => {
    const readModel = await kind.open();
    const clock = new SetClock(NOON);
    const events = new DeliveredLog([
      { type: 'PurchaseMade', id: 'p', customer: 'now', at: NOON - HOUR, data: money },
      { type: 'PurchaseMade', id: 'q', customer: 'later', at: TOMORROW, data: money },
      {
        ...{ type: 'IssueRaised', id: 'r', customer: 'later', at: TOMORROW + HOUR },
        data: { issueId: 'i', category: 'billing', severity: 'normal' },
      },
    ]);
    const projector = projectorOf({ events, readModel, clock });
    const query: QueryContext = {
      reader: readModel,
      now: () => clock.millis,
      recordedAt: () => Promise.resolve(undefined),
      positionAt: async () => (await readModel.stored.timelineState()).checkpoint,
      historicalEvents: 1_000,
      yieldTurn: () => Promise.resolve(),
      states: new KeptStates(1_000),
      books: new PolicyBooks(),
    };
    const loyal = async () => {
      const { items, total } = await QUERIES['loyalty-list'](query, { tenant: 'default', count: 'exact' });
      return [total, ...items.map(({ customer }) => customer).sort()];
    };
    await projector.catchUp();
    expect(await loyal()).toEqual([1, 'now']);
    // Up to five minutes ahead of the clock count as now.
    clock.millis = TOMORROW - HOUR / 10;
    await projector.catchUp();
    expect(await loyal()).toEqual([1, 'now']);
    clock.millis = TOMORROW;
    await projector.catchUp();
    expect(await loyal()).toEqual([2, 'later', 'now']);
    clock.millis = TOMORROW + HOUR;
    await projector.catchUp();
    const kept = await storedBytes(readModel, TABLES, false);
    expect(kept).toContain('billing');
    await projector.rebuild();
    await projector.catchUp();
    expect(await storedBytes(readModel, TABLES, false)).toBe(kept);
    await kind.end(readModel);
  });
});

const money = { orderId: 'o', amount: '1.00', currency: 'EUR' };

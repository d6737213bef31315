import { describe, expect, it } from '@jest/globals';
import { PROJECTIONS } from '#projections';
import { PolicyBook } from '#scoring';
import fc from 'fast-check';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { Projecting, SetClock, type Given } from '../../../test/kit/projecting.js';
import type { Told } from '../../../test/kit/recorded-events.js';
import { BEGINNING, delivery, toldHistory } from '../../../test/kit/told-history.js';

const DAY = 86_400_000;
const clock = new SetClock(BEGINNING + 40 * DAY);

function given(told: readonly Told[], limits: Given['limits']): Given {
  return {
    events: new DeliveredLog(told),
    projections: PROJECTIONS,
    policyBook: (records) => PolicyBook.of(records),
    clock,
    limits,
  };
}

/** The bytes of all views when the events come like this, read in pages of this size. */
async function viewsOf(told: readonly Told[], limits: Given['limits']): Promise<string> {
  const projecting = await Projecting.begin(given(told, limits));
  try {
    await projecting.projector.catchUp();
    return await projecting.bytes();
  } finally {
    await projecting.end();
  }
}

describe('A view is a function of the set of events', () => {
  it('whatever the order of delivery, the repeats and the size of pages', async () => {
    const history = toldHistory(60).chain((events) =>
      fc.record({
        events: fc.constant(events),
        delivered: delivery(events),
        page: fc.constantFrom(1, 2, 7, 1000),
        snapshot: fc.constantFrom(3, 1000),
      }),
    );
    await fc.assert(
      fc.asyncProperty(history, async ({ events, delivered, page, snapshot }) => {
        const expected = await viewsOf(events, { pageEvents: 1_000 });
        expect(await viewsOf(delivered, { pageEvents: page, snapshotEvents: snapshot })).toBe(expected);
      }),
      { numRuns: Number(process.env['CX_RUNS'] ?? 60) },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECTIONS } from '#projections';
import { PolicyBook } from '#scoring';
import fc from 'fast-check';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { Projecting, SetClock, type Given } from '../../../test/kit/projecting.js';
import type { Told } from '../../../test/kit/recorded-events.js';
import { BEGINNING, delivery, toldHistory } from '../../../test/kit/told-history.js';

const DAY = 86_400_000;
const NOW = BEGINNING + 40 * DAY;
/** Cases per law; `CX_RUNS` makes it a longer search. */
const RUNS = Number(process.env['CX_RUNS'] ?? 25);

/** Policies in their order of recording; the shuffles leave them where they are. */
const POLICIES: readonly Told[] = [
  {
    type: 'ScoringPolicyPublished',
    id: 'scoring-1',
    at: BEGINNING,
    data: { policy: 'house', version: 1, preset: 'customer-intimacy' },
  },
  {
    type: 'SlaPolicyPublished',
    id: 'sla-1',
    at: BEGINNING,
    data: {
      policy: 'fast',
      version: 1,
      effectiveFrom: '2026-01-06T00:00:00Z',
      targets: { normal: { resolutionSeconds: 3_600 }, high: { resolutionSeconds: 600 } },
    },
  },
];

function given(events: DeliveredLog, limits: Given['limits'], folder?: string): Given {
  const policyBook = PolicyBook.of.bind(PolicyBook);
  return { events, projections: PROJECTIONS, policyBook, clock: new SetClock(NOW), limits, folder };
}

/** The bytes of all views after `work`, by default after everything has been folded. */
async function viewsOf(
  told: readonly Told[],
  limits: Given['limits'],
  work = (projecting: Projecting, _log: DeliveredLog) => projecting.projector.catchUp(),
): Promise<string> {
  const log = new DeliveredLog(told);
  const projecting = await Projecting.begin(given(log, limits));
  try {
    await work(projecting, log);
    return await projecting.bytes();
  } finally {
    await projecting.end();
  }
}

/** A history with its policies somewhere in it, the same delivered otherwise, and where to cut it in two. */
const shuffled = toldHistory(60).chain((told) =>
  fc
    .record({
      delivered: delivery(told),
      places: fc.tuple(fc.nat(told.length), fc.nat(told.length)),
      cut: fc.nat(told.length),
      page: fc.constantFrom(1, 2, 7, 1_000),
      snapshotEvents: fc.constantFrom(2, 3, 5, 1_000),
    })
    .map((made) => ({
      ...made,
      told: withPolicies(told, made.places),
      delivered: withPolicies(made.delivered, made.places),
    })),
);

function withPolicies(told: readonly Told[], places: readonly [number, number]): readonly Told[] {
  const [first, second] = [Math.min(...places), Math.max(...places)];
  return [
    ...told.slice(0, first),
    POLICIES[0]!,
    ...told.slice(first, second),
    POLICIES[1]!,
    ...told.slice(second),
  ];
}

describe('A view is a function of the set of events and of the policies', () => {
  it('whatever the order of delivery, the repeats, the pages and the snapshots', async () => {
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ told, delivered, page, snapshotEvents }) => {
        const expected = await viewsOf(told, {});
        expect(await viewsOf(delivered, { pageEvents: page, snapshotEvents })).toBe(expected);
      }),
      { numRuns: RUNS },
    );
  });

  it('whether it was folded live or in bulk, or half and half with a restart between', async () => {
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ told, delivered, cut, snapshotEvents }) => {
        const expected = await viewsOf(told, {});
        const bulk = { bulkBacklog: 1, bulkPageEvents: 1, foldEvents: 3, snapshotEvents };
        expect(await viewsOf(delivered, bulk)).toBe(expected);
        const log = new DeliveredLog(delivered.slice(0, cut));
        const first = await Projecting.begin(given(log, bulk));
        await first.projector.catchUp();
        await first.close();
        log.deliver(...delivered.slice(cut));
        const second = await Projecting.begin(given(log, { snapshotEvents }, first.folder));
        await second.projector.catchUp();
        const bytes = await second.bytes();
        await second.end();
        expect(bytes).toBe(expected);
      }),
      { numRuns: RUNS },
    );
  });

  it('after one view was built anew while events went on coming, and after all was deleted', async () => {
    await fc.assert(
      fc.asyncProperty(
        shuffled,
        fc.constantFrom(...PROJECTIONS),
        async ({ told, delivered, cut, snapshotEvents }, view) => {
          const expected = await viewsOf(told, {});
          const log = new DeliveredLog(delivered.slice(0, cut));
          const limits = { pageEvents: 2, foldEvents: 2, snapshotEvents };
          const projecting = await Projecting.begin(given(log, limits));
          await projecting.projector.catchUp();
          await projecting.projector.rebuild(view.name);
          log.deliver(...delivered.slice(cut));
          await projecting.projector.catchUp();
          const rebuilt = await projecting.bytes();
          await projecting.close();
          for (const suffix of ['', '-wal', '-shm']) {
            rmSync(join(projecting.folder, `views.sqlite${suffix}`), { force: true });
          }
          const anew = await Projecting.begin(given(log, limits, projecting.folder));
          await anew.projector.catchUp();
          const deleted = await anew.bytes();
          await anew.end();
          expect(rebuilt).toBe(expected);
          expect(deleted).toBe(expected);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

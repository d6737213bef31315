import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import {
  projectorOf,
  READ_MODELS,
  type ReadModelKind,
  SetClock,
  storedBytes,
} from '../../../test/kit/projected.js';
import type { Told } from '../../../test/kit/recorded-events.js';
import { BEGINNING, delivery, toldHistory } from '../../../test/kit/told-history.js';
import type { ProjectorLimits } from './projector-parts.js';

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

/** What is stored after everything was projected, whatever happened on the way. */
async function storedAfter(
  kind: ReadModelKind,
  told: readonly Told[],
  limits: Partial<ProjectorLimits>,
  cut = told.length,
  between: 'nothing' | 'restart' | 'rebuild' = 'nothing',
): Promise<string> {
  const events = new DeliveredLog(told.slice(0, cut));
  let readModel = await kind.open();
  const clock = new SetClock(NOW);
  let projector = projectorOf({ events, readModel, clock, limits });
  await projector.catchUp();
  if (between === 'rebuild') await projector.rebuild();
  if (between === 'restart') {
    readModel = await kind.reopen(readModel);
    projector = projectorOf({ events, readModel, clock, limits });
  }
  events.deliver(...told.slice(cut));
  await projector.catchUp();
  const { complete, parkedCount, jobs } = await projector.status();
  expect({ complete, parkedCount, jobs }).toEqual({ complete: true, parkedCount: 0, jobs: [] });
  const bytes = await storedBytes(readModel);
  await kind.end(readModel);
  return bytes;
}

/** A history with its policies somewhere in it, the same delivered otherwise, and where to cut it in two. */
const shuffled = toldHistory(60).chain((told) =>
  fc
    .record({
      delivered: delivery(told),
      places: fc.tuple(fc.nat(told.length), fc.nat(told.length)),
      cut: fc.nat(told.length),
      pageEvents: fc.constantFrom(1, 2, 7, 1_000),
      keptWeight: fc.constantFrom(0, 50, 1_000_000),
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

describe.each(READ_MODELS)(
  'What is stored in $name is a function of the set of events and of the policies',
  (kind) => {
    it('whatever the order of delivery, the repeats, the pages and the states kept in memory', async () => {
      await fc.assert(
        fc.asyncProperty(shuffled, async ({ told, delivered, pageEvents, keptWeight }) => {
          const expected = await storedAfter(kind, told, {});
          expect(await storedAfter(kind, delivered, { pageEvents, keptWeight })).toBe(expected);
        }),
        { numRuns: kind.name === 'memory' ? RUNS : Math.ceil(RUNS / 5) },
      );
    });

    it('whether it was read live or in bulk, or half and half with a restart between', async () => {
      await fc.assert(
        fc.asyncProperty(shuffled, async ({ told, delivered, cut, pageEvents, keptWeight }) => {
          const expected = await storedAfter(kind, told, {});
          const bulk = { bulkBacklog: 1, bulkPageEvents: 1, jobFacts: 3, pageEvents, keptWeight };
          expect(await storedAfter(kind, delivered, bulk)).toBe(expected);
          expect(await storedAfter(kind, delivered, bulk, cut, 'restart')).toBe(expected);
          expect(await storedAfter(kind, delivered, { pageEvents, keptWeight }, cut, 'restart')).toBe(
            expected,
          );
        }),
        { numRuns: kind.name === 'memory' ? RUNS : Math.ceil(RUNS / 5) },
      );
    });

    it('after the tables were derived anew while events went on coming', async () => {
      await fc.assert(
        fc.asyncProperty(shuffled, async ({ told, delivered, cut, pageEvents, keptWeight }) => {
          const expected = await storedAfter(kind, told, {});
          const limits = { pageEvents, keptWeight, jobFacts: 2 };
          expect(await storedAfter(kind, delivered, limits, cut, 'rebuild')).toBe(expected);
        }),
        { numRuns: kind.name === 'memory' ? RUNS : Math.ceil(RUNS / 5) },
      );
    });
  },
);

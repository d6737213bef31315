import { describe, expect, it } from '@jest/globals';
import { TABLES } from '#views';
import fc from 'fast-check';
import { DeliveredLog } from '../../../test/kit/delivered-log.js';
import { projectorOf, SetClock, storedBytes } from '../../../test/kit/projected.js';
import { READ_MODELS, type ReadModelKind, THREADED } from '../../../test/kit/read-model-kinds.js';
import type { EventSpec } from '../../../test/kit/recorded-events.js';
import { BEGINNING, delivery, eventHistory, withPolicies } from '../../../test/kit/event-histories.js';
import type { Projector } from './projector.js';
import type { ProjectorLimits } from './projector-parts.js';
import type { ReadModel } from './read-model.js';

const DAY = 86_400_000;
const NOW = BEGINNING + 40 * DAY;
/** Cases per law; `CX_RUNS` makes it a longer search. */
const RUNS = Number(process.env['CX_RUNS'] ?? 25);

/** What is stored after everything was projected, whatever happened on the way. */
async function storedAfter(
  kind: ReadModelKind,
  told: readonly EventSpec[],
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
const shuffled = eventHistory(60).chain((told) =>
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

/** What happens to a projector between two deliveries. */
type Happening =
  | { readonly what: 'deliver'; readonly events: number }
  | { readonly what: 'catchUp' | 'restart' | 'rebuild' | 'cancel' | 'retry' }
  /** It ends at one of its next commits, or right after it. */
  | { readonly what: 'kill'; readonly commits: number; readonly committed: boolean }
  | { readonly what: 'wait'; readonly hours: number };

const killedWithin = (commits: number) =>
  fc.record({ what: fc.constant('kill' as const), commits: fc.nat(commits), committed: fc.boolean() });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('deliver' as const), events: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constantFrom('catchUp' as const, 'restart', 'rebuild', 'cancel', 'retry'),
    }),
  },
  { weight: 3, arbitrary: killedWithin(12) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 400 }) }),
  },
);

/** A projector's life with all that can happen to it, and what is stored at its end. */
class Life {
  private readonly events = new DeliveredLog();
  private readonly clock = new SetClock(NOW);
  private delivered = 0;
  private projector: Projector;

  private constructor(
    private readonly kind: ReadModelKind,
    private readonly told: readonly EventSpec[],
    private readonly limits: Partial<ProjectorLimits>,
    private readModel: ReadModel,
  ) {
    this.projector = this.newProjector();
  }

  static async lived(
    kind: ReadModelKind,
    told: readonly EventSpec[],
    limits: Partial<ProjectorLimits>,
    happenings: readonly Happening[],
  ): Promise<{ readonly bytes: string; readonly now: number }> {
    const life = new Life(kind, told, limits, await kind.open());
    try {
      for (const one of happenings) await life.happen(one);
      life.deliver(Infinity);
      await life.projector.catchUp();
      const { complete, parkedCount, jobs } = await life.projector.status();
      expect({ complete, parkedCount, jobs }).toEqual({ complete: true, parkedCount: 0, jobs: [] });
      return { bytes: await storedBytes(life.readModel, TABLES, false), now: life.clock.millis };
    } finally {
      await kind.end(life.readModel);
    }
  }

  private async happen(one: Happening): Promise<void> {
    const { projector, readModel } = this;
    switch (one.what) {
      case 'deliver':
        return this.deliver(one.events);
      case 'catchUp':
        return projector.catchUp();
      case 'restart':
        return this.restart();
      case 'rebuild':
        return void (await projector.rebuild());
      case 'cancel':
        for (const { id, kind } of (await readModel.stored.writerState()).jobs)
          if (kind === 'rebuild') await projector.cancel(id);
        return;
      case 'retry':
        return void (await projector.retry());
      case 'wait':
        this.clock.millis += one.hours * 3_600_000;
        return;
      case 'kill':
        return this.kill(one.commits, one.committed);
    }
  }

  private async kill(commits: number, committed: boolean): Promise<void> {
    const { readModel } = this;
    const commit = readModel.commit.bind(readModel);
    let left = commits;
    readModel.commit = async (change) => {
      if (left-- > 0) return commit(change);
      if (committed) await commit(change);
      throw new Error('killed');
    };
    await this.projector.catchUp().catch((error: Error) => expect(error.message).toBe('killed'));
    Reflect.deleteProperty(readModel, 'commit');
    await this.restart();
  }

  private async restart(): Promise<void> {
    this.readModel = await this.kind.reopen(this.readModel);
    this.projector = this.newProjector();
  }

  private deliver(events: number): void {
    this.events.deliver(...this.told.slice(this.delivered, this.delivered + events));
    this.delivered = Math.min(this.told.length, this.delivered + events);
  }

  private newProjector(): Projector {
    const { events, readModel, clock, limits } = this;
    return projectorOf({ events, readModel, clock, limits });
  }
}

/** A run on a database takes longer than the whole test may on memory. */
function runsOn({ name }: ReadModelKind): number {
  return name === 'memory' ? RUNS : Math.ceil(RUNS / (name === 'SQLite' ? 5 : 20));
}

/** What happens to a projector, by limits that make much happen, comes to what an undisturbed one has stored. */
async function expectUndisturbed(
  kind: ReadModelKind,
  { told, delivered, pageEvents, keptWeight }: typeof shuffled extends fc.Arbitrary<infer T> ? T : never,
  happened: readonly Happening[],
  limits: Partial<ProjectorLimits>,
): Promise<void> {
  const small = { pageEvents, keptWeight, bulkPageEvents: 3, overduePersons: 2, ...limits };
  const { bytes, now } = await Life.lived(kind, delivered, small, happened);
  const waited = { what: 'wait' as const, hours: (now - NOW) / 3_600_000 };
  expect(bytes).toBe((await Life.lived(kind, told, {}, [waited])).bytes);
}

/** Limits by which nearly every backlog has its timelines stored first. */
const timelinesFirst = fc.record({
  oneCommitEvents: fc.constantFrom(0, 1, 5),
  portionPersons: fc.constantFrom(1, 2, 1_000),
  fullPortionPersons: fc.constantFrom(1, 3, 1_000),
});

const happenings = fc.array(happening, { maxLength: 25, size: 'max' });

/** No event follows on these, by which somebody would be derived again whose rows were forgotten. */
const endings: fc.Arbitrary<readonly Happening[]> = fc
  .tuple(
    fc.constantFrom([], [{ what: 'rebuild' as const }]),
    fc.array(killedWithin(60), { minLength: 1, maxLength: 4 }),
    fc.constantFrom([], [{ what: 'cancel' as const }]),
  )
  .map(([before, kills, after]) => [{ what: 'deliver', events: 1_000 }, ...before, ...kills, ...after]);

describe.each(READ_MODELS)(
  'What is stored in $name is a function of the set of events and of the policies',
  (kind) => {
    it('whatever the order of delivery, the repeats, the pages and the states kept in memory', async () => {
      await fc.assert(
        fc.asyncProperty(shuffled, async ({ told, delivered, pageEvents, keptWeight }) => {
          const expected = await storedAfter(kind, told, {});
          expect(await storedAfter(kind, delivered, { pageEvents, keptWeight })).toBe(expected);
        }),
        { numRuns: runsOn(kind) },
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
        { numRuns: runsOn(kind) },
      );
    });

    it('10: where timelines are stored first and rows follow in portions, with a restart between', async () => {
      await fc.assert(
        fc.asyncProperty(
          shuffled,
          timelinesFirst,
          async ({ told, delivered, cut, pageEvents, keptWeight }, portions) => {
            const expected = await storedAfter(kind, told, {});
            const limits = { ...portions, pageEvents, keptWeight };
            expect(await storedAfter(kind, delivered, limits)).toBe(expected);
            expect(await storedAfter(kind, delivered, limits, cut, 'restart')).toBe(expected);
          },
        ),
        { numRuns: runsOn(kind) },
      );
    });

    it('10: whatever happens while rows are behind: restarts, kills before and after each commit, rebuilds, bulk', async () => {
      const limits = fc
        .tuple(timelinesFirst, fc.constantFrom(20, 1_000_000), fc.constantFrom(1, 1_000))
        .map(([portions, bulkBacklog, jobFacts]) => ({ ...portions, bulkBacklog, jobFacts }));
      await fc.assert(
        fc.asyncProperty(shuffled, happenings, endings, limits, (history, happened, ending, limited) =>
          expectUndisturbed(kind, history, [...happened, ...ending], limited),
        ),
        // What is delivered has no end: it cannot be shrunk.
        { numRuns: runsOn(kind), endOnFailure: true },
      );
    });

    it('after the tables were derived anew while events went on coming', async () => {
      await fc.assert(
        fc.asyncProperty(shuffled, async ({ told, delivered, cut, pageEvents, keptWeight }) => {
          const expected = await storedAfter(kind, told, {});
          const limits = { pageEvents, keptWeight, jobFacts: 2 };
          expect(await storedAfter(kind, delivered, limits, cut, 'rebuild')).toBe(expected);
        }),
        { numRuns: runsOn(kind) },
      );
    });

    it('whatever happens to the projector: restarts, kills at any commit, rebuilds begun, cancelled, overtaken by bulk', async () => {
      const chunks = fc.record({
        bulkBacklog: fc.constantFrom(1, 10, 1_000_000),
        jobFacts: fc.constantFrom(1, 5, 1_000),
      });
      await fc.assert(
        fc.asyncProperty(shuffled, happenings, chunks, (history, happened, limits) =>
          expectUndisturbed(kind, history, happened, limits),
        ),
        // What is delivered has no end: it cannot be shrunk.
        { numRuns: runsOn(kind), endOnFailure: true },
      );
    });
  },
);

describe.each(THREADED)('10.3: rebuilds that threads derive, a customer at a time, in $name', (kind) => {
  const limits = { threadFacts: 0, jobFacts: 1, gatherMillis: 0 };
  const runs = { numRuns: Math.ceil(runsOn(kind) / 8), endOnFailure: true };

  it('store the same while events go on coming', async () => {
    await fc.assert(
      fc.asyncProperty(shuffled, async ({ told, delivered, cut, pageEvents, keptWeight }) => {
        const expected = await storedAfter(kind, told, {});
        const threaded = { ...limits, pageEvents, keptWeight };
        expect(await storedAfter(kind, delivered, threaded, cut, 'rebuild')).toBe(expected);
      }),
      runs,
    );
  });

  it('store the same whatever happens to the projector: restarts, kills at any commit, cancelled, overtaken by bulk', async () => {
    const bulk = fc.constantFrom(1, 10, 1_000_000);
    await fc.assert(
      fc.asyncProperty(shuffled, happenings, bulk, (history, happened, bulkBacklog) =>
        expectUndisturbed(kind, history, happened, { ...limits, bulkBacklog }),
      ),
      runs,
    );
  });
});

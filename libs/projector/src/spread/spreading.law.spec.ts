import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TABLES } from '#views';
import { DeliveredLog } from '../../../../test/kit/delivered-log.js';
import { BEGINNING, delivery, eventHistory, withPolicies } from '../../../../test/kit/event-histories.js';
import { PartitionedTopic } from '../../../../test/kit/partitioned-topic.js';
import { projectorOf, SetClock, storedBytes } from '../../../../test/kit/projected.js';
import { READ_MODELS, type ReadModelKind } from '../../../../test/kit/read-model-kinds.js';
import type { EventSpec } from '../../../../test/kit/recorded-events.js';
import { Projector } from '../projector.js';
import type { ProjectorLimits } from '../projector-parts.js';
import type { ReadModel } from '../read-model.js';
import { MemoryReadModel } from '../memory-read-model.js';
import { PartitionFeed } from './partition-feed.js';

const DAY = 86_400_000;
const NOW = BEGINNING + 40 * DAY;
const RUNS = Number(process.env['CX_RUNS'] ?? 40);
const PARTITIONS = 3;

/** What happens to servers that divide the projecting. */
type Happening =
  | { readonly what: 'deliver'; readonly events: number }
  | { readonly what: 'join' | 'leave' | 'work' | 'rebuild' | 'retry' | 'delete'; readonly which: number }
  /** A server ends at one of its next commits, or right after it. */
  | { readonly what: 'kill'; readonly which: number; readonly commits: number; readonly committed: boolean }
  /** Others are given its partitions, and it does not know: it hangs, and goes on later. */
  | { readonly what: 'hang'; readonly which: number }
  | { readonly what: 'relayAgain'; readonly events: number }
  | { readonly what: 'wait'; readonly hours: number };

const which = fc.nat(5);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('deliver' as const), events: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom(
        'join' as const,
        'join' as const,
        'leave',
        'work',
        'work',
        'rebuild',
        'retry',
        'delete',
      ),
      which,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ what: fc.constant('kill' as const), which, commits: fc.nat(6), committed: fc.boolean() },
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('hang' as const), which }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('relayAgain' as const), events: fc.nat(30) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 400 }) }),
  },
);

interface Server {
  readonly projector: Projector;
  readonly feed: PartitionFeed;
  readonly readModel: ReadModel;
  readonly over: { is: boolean };
}

/** Servers that come and go over one read model, and what is stored at the end. */
class Group {
  private readonly log = new DeliveredLog();
  private readonly clock = new SetClock(NOW);
  private readonly topic = new PartitionedTopic(this.log, PARTITIONS);
  private members: Server[] = [];
  /** They were expelled from the group and have not noticed. */
  private hanging: Server[] = [];
  private delivered = 0;

  private constructor(
    private readonly kind: ReadModelKind,
    private readonly told: readonly EventSpec[],
    private readonly limits: Partial<ProjectorLimits> & { readonly batch: number },
    private readonly first: ReadModel,
  ) {}

  static async lived(
    kind: ReadModelKind,
    told: readonly EventSpec[],
    limits: Partial<ProjectorLimits> & { readonly batch: number },
    happenings: readonly Happening[],
  ): Promise<{ readonly bytes: string; readonly now: number }> {
    const group = new Group(kind, told, limits, await kind.open());
    try {
      await group.join();
      for (const one of happenings) await group.happen(one);
      await group.deliver(Infinity);
      await group.settle();
      const { complete, parkedCount, jobs } = await group.members[0]!.projector.status();
      expect({ complete, parkedCount, jobs }).toEqual({ complete: true, parkedCount: 0, jobs: [] });
      const bytes = await storedBytes(group.first, TABLES, false);
      await group.goOnAlone();
      expect(await storedBytes(group.first, TABLES, false)).toBe(bytes);
      return { bytes, now: group.clock.millis };
    } finally {
      for (const server of [...group.members, ...group.hanging]) server.over.is = true;
      for (const { readModel } of [...group.members, ...group.hanging]) await readModel.close();
      await kind.end(group.first);
    }
  }

  private async happen(one: Happening): Promise<void> {
    switch (one.what) {
      case 'deliver':
        return this.deliver(one.events);
      case 'join':
        return this.members.length < 4 ? this.join() : undefined;
      case 'leave':
        return this.members.length > 1 ? this.leave(this.pick(one.which)) : undefined;
      case 'work':
        return this.work();
      case 'rebuild':
        return void (await this.pick(one.which).projector.rebuild());
      case 'retry':
        return void (await this.pick(one.which).projector.retry());
      case 'delete':
        return this.topic.deleteBefore(one.which / 6);
      case 'kill':
        return this.kill(this.pick(one.which), one.commits, one.committed);
      case 'hang':
        return this.members.length > 1 ? this.hang(this.pick(one.which)) : undefined;
      case 'relayAgain':
        return this.topic.relayAgain(one.events);
      case 'wait':
        this.clock.millis += one.hours * 3_600_000;
    }
  }

  private pick(at: number): Server {
    return this.members[at % this.members.length]!;
  }

  private async join(): Promise<void> {
    const readModel = await this.kind.beside!(this.first);
    const feed = new PartitionFeed('one of several');
    const parts = { events: this.log, readModel, clock: this.clock, limits: this.limits, feed };
    const server = { projector: new Projector(parts), feed, readModel, over: { is: false } };
    for (const partition of this.topic.partitions)
      void this.topic.consume(feed, partition, this.limits.batch, () => server.over.is);
    this.members.push(server);
    this.rebalance();
  }

  private async leave(server: Server): Promise<void> {
    this.members = this.members.filter((one) => one !== server);
    server.feed.assign([]);
    server.over.is = true;
    this.rebalance();
    await server.readModel.close();
  }

  private async kill(server: Server, commits: number, committed: boolean): Promise<void> {
    const { readModel } = server;
    const commit = readModel.commit.bind(readModel);
    let left = commits;
    readModel.commit = async (change) => {
      if (left-- > 0) return commit(change);
      if (committed) await commit(change);
      throw new Error('killed');
    };
    await this.work(server);
    this.members = this.members.filter((one) => one !== server);
    server.over.is = true;
    await readModel.close();
    if (this.members.length === 0) await this.join();
    this.rebalance();
  }

  private async hang(server: Server): Promise<void> {
    this.members = this.members.filter((one) => one !== server);
    this.hanging.push(server);
    this.rebalance();
    await this.work();
  }

  private rebalance(): void {
    this.members.forEach(({ feed }, at) =>
      feed.assign(this.topic.partitions.filter((partition) => partition % this.members.length === at)),
    );
  }

  private async deliver(events: number): Promise<void> {
    this.log.deliver(...this.told.slice(this.delivered, this.delivered + events));
    this.delivered = Math.min(this.told.length, this.delivered + events);
    await this.topic.relay();
  }

  /** Everybody works at the same time, also who does not know yet that others have its partitions. */
  private async work(mortal?: Server): Promise<void> {
    await Promise.all(
      [...this.members, ...this.hanging].map(({ projector }) =>
        projector.catchUp().catch((error: Error & { readonly code?: string }) => {
          // Whoever hangs and who has its partitions take them from each other.
          if (error.code === 'partition-lost') return;
          if (mortal === undefined) throw error;
          expect(error.message).toBe('killed');
        }),
      ),
    );
  }

  /** Until all is projected. */
  private async settle(): Promise<void> {
    // Whoever hung notices now that it was expelled.
    for (const { feed } of this.hanging) feed.assign([]);
    for (let quiet = 0, tries = 0; quiet < 3; tries++) {
      expect(tries).toBeLessThan(2_000);
      await this.work();
      await new Promise((resolve) => setImmediate(resolve));
      const { jobs, progress, spread } = await this.first.stored.writerState();
      const isDone = spread === true && jobs.length === 0 && this.isConsumed();
      quiet = isDone && progress.counts.read >= 0 ? quiet + 1 : 0;
    }
  }

  /** One server projects from the log again. */
  private async goOnAlone(): Promise<void> {
    const { log: events, clock, first: readModel } = this;
    const alone = projectorOf({ events, readModel, clock });
    await alone.catchUp();
    expect((await readModel.stored.writerState()).spread ?? false).toBe(false);
    expect((await alone.status()).complete).toBe(true);
  }

  private isConsumed(): boolean {
    const ends = this.topic.ends();
    const offsets = new Map(
      this.members.flatMap(({ feed }) =>
        feed.claims.map(({ partition, offset }) => [partition, offset] as const),
      ),
    );
    return ends.every(
      (end, partition) =>
        offsets.get(partition) !== undefined && (end === 0n || offsets.get(partition)! >= end),
    );
  }
}

async function projectedAlone(told: readonly EventSpec[], now: number): Promise<string> {
  const readModel = new MemoryReadModel(TABLES);
  const projector = projectorOf({ events: new DeliveredLog(told), readModel, clock: new SetClock(now) });
  await projector.catchUp();
  return storedBytes(readModel, TABLES, false);
}

const shared = READ_MODELS.filter(({ beside }) => beside !== undefined);

/** What several store in the end is what one stores. */
function lawOf(kind: ReadModelKind) {
  const lives = eventHistory(60).chain((told) =>
    fc.record({
      delivered: delivery(told),
      places: fc.tuple(fc.nat(told.length), fc.nat(told.length)),
      happenings: fc.array(happening, { maxLength: 30, size: 'max' }),
      limits: fc.record({
        pageEvents: fc.constantFrom(1, 2, 7, 1_000),
        keptWeight: fc.constantFrom(0, 50, 1_000_000),
        jobFacts: fc.constantFrom(1, 5, 1_000),
        batch: fc.constantFrom(1, 3, 50),
        overduePersons: fc.constant(2),
      }),
    }),
  );
  return fc.asyncProperty(lives, async ({ delivered, places, happenings, limits }) => {
    const told = withPolicies(delivered, places);
    const { bytes, now } = await Group.lived(kind, told, limits, happenings);
    expect(bytes).toBe(await projectedAlone(told, now));
  });
}

describe.each(shared)('11.3: what several projectors store in $name', (kind) => {
  it('is what one stores, whoever joins, leaves, hangs or is killed while events, merges and retractions come', async () => {
    // What is delivered has no end: it cannot be shrunk.
    const numRuns = kind.name === 'memory' ? RUNS : Math.ceil(RUNS / 10);
    await fc.assert(lawOf(kind), { numRuns, endOnFailure: true });
  }, 600_000);
});

it('11.3: a projector whose change is of four linked customers is not overtaken for ever by those that change one', async () => {
  // In this life it was refused fifty times in a row.
  const life = { seed: 1_011_424_759, path: '78', numRuns: 1, endOnFailure: true };
  await fc.assert(lawOf(shared.find(({ name }) => name === 'memory')!), life);
}, 60_000);

it('11.3: a program that does not know the tables of a newer one leaves its partitions to it', async () => {
  const newer = TABLES.map((table) => ({ ...table, version: table.version + 1 }));
  const readModel = new MemoryReadModel(TABLES);
  const events = new DeliveredLog();
  const parts = { events, clock: new SetClock(NOW), limits: {} };
  const [older, next] = [new PartitionFeed('older'), new PartitionFeed('next')];
  const old = new Projector({ ...parts, readModel, feed: older });
  older.assign([0, 1]);
  await old.catchUp();
  expect(older.claims).toHaveLength(2);
  const reopened = readModel.reopened(newer);
  const upgraded = new Projector({ ...parts, readModel: reopened, tables: newer, feed: next });
  await upgraded.catchUp();
  await old.catchUp();
  expect(older.closed).toContain('newer program');
  expect(older.claims).toEqual([]);
  next.assign([0, 1]);
  await upgraded.catchUp();
  const { tables, jobs } = await reopened.stored.writerState();
  expect(jobs).toEqual([]);
  expect(tables.map(({ version }) => version)).toEqual(newer.map(({ version }) => version));
});

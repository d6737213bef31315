import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DeliveredLog } from '../../../../../test/kit/delivered-log.js';
import { describeWithPostgres } from '../../../../../test/kit/describe-with-postgres.js';
import { PostgresServer } from '../../../../../test/kit/postgres-server.js';
import { projectorOf, SetClock, storedBytes } from '../../../../../test/kit/projected.js';
import type { EventSpec } from '../../../../../test/kit/recorded-events.js';
import { until } from '../../../../../test/kit/until.js';
import { TABLES } from '#views';
import { PostgresReadModel } from './postgres-read-model.js';

const NOON = Date.UTC(2026, 2, 2, 12);
const DAY = 86_400_000;

const raised = (customer: string, no: number): EventSpec => ({
  ...{ type: 'IssueRaised', id: `${customer}-${no}`, customer, at: NOON + no },
  data: { issueId: `I${no}`, category: 'billing', severity: 'normal' },
});

describeWithPostgres('11.2: the read model in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it('C13: finds a chunk that was changed, and derives its customer alone again from the log', async () => {
    const url = await server.database();
    const log = new DeliveredLog(['ada', 'bo', 'cy'].flatMap((name) => [raised(name, 1), raised(name, 2)]));
    const projectAgain = async () => {
      const readModel = await PostgresReadModel.open({ url });
      const projector = projectorOf({ events: log, readModel, clock: new SetClock(NOON + DAY) });
      await projector.catchUp();
      const { mended, failure, complete } = await projector.status();
      const stored = await storedBytes(readModel);
      await readModel.close();
      return { mended, failure, complete, stored };
    };
    const whole = await projectAgain();
    expect(whole).toMatchObject({ mended: 0, failure: null, complete: true });
    const changes = [
      'facts = set_byte(facts, 9, get_byte(facts, 9) # 4)',
      'crc = crc + 1',
      // The bytes of another customer, whole as they are.
      `(crc, facts) = (SELECT crc, facts FROM cx.chunk WHERE customer <> k.customer LIMIT 1)`,
    ];
    for (const change of changes) {
      await server.admin(
        (client) =>
          client.query(
            `UPDATE cx.chunk k SET ${change} WHERE customer = (SELECT id FROM cx.customer WHERE name = 'bo')`,
          ),
        url,
      );
      expect(await projectAgain()).toEqual({ ...whole, mended: 1 });
    }
  });

  it('forgets what it remembers when another writer has committed, and goes on from what is stored', async () => {
    const url = await server.database();
    const log = new DeliveredLog([raised('ada', 1)]);
    const clock = new SetClock(NOON + DAY);
    const [one, two] = [await PostgresReadModel.open({ url }), await PostgresReadModel.open({ url })];
    const [first, second] = [one, two].map((readModel) => projectorOf({ events: log, readModel, clock }));
    await first!.catchUp();
    await second!.catchUp();
    for (let no = 2; no < 12; no++) {
      log.deliver(raised(no % 2 === 0 ? 'ada' : `new-${no}`, no));
      const [ahead, behind] = no % 3 === 0 ? [first!, second!] : [second!, first!];
      await ahead.catchUp().catch((error: { code: string }) => {
        expect(error.code).toBe('another-writer');
        return ahead.catchUp();
      });
      await behind.catchUp().catch((error: { code: string }) => expect(error.code).toBe('another-writer'));
    }
    const alone = await PostgresReadModel.open({ url: await server.database() });
    await projectorOf({ events: log, readModel: alone, clock }).catchUp();
    expect(await storedBytes(one)).toBe(await storedBytes(alone));
    for (const readModel of [one, two, alone]) await readModel.close();
  });

  it('11.3: makes rows beside those that another writer has made, once it has read again what is stored', async () => {
    const url = await server.database();
    const [one, two] = [await PostgresReadModel.open({ url }), await PostgresReadModel.open({ url })];
    const rebuild = async (readModel: PostgresReadModel) => {
      for (const change of [{ begun: TABLES }, { finished: TABLES.map(({ name }) => name) }]) {
        const { commits: from, ...progress } = (await readModel.stored.writerState()).progress;
        await readModel.commit({ from, progress, layout: undefined, ...change });
      }
      const read = 'SELECT DISTINCT current::int, next FROM cx.derived';
      return (await server.admin((client) => client.query<object>(read), url)).rows;
    };
    // The first rows have the number 1. Rows of a number that is taken would be made in place of those that readers see.
    expect(await rebuild(one)).toEqual([{ current: 2, next: null }]);
    expect(await rebuild(two)).toEqual([{ current: 3, next: null }]);
    expect(await rebuild(one)).toEqual([{ current: 4, next: null }]);
    for (const readModel of [one, two]) await readModel.close();
  });

  it.each([
    ['with its end', [], [0, 0, 0]],
    // The page is projected before the second range is looked at; its customer's range is written already.
    ['with the first row that is written by itself', [raised('ada', 9)], [0, TABLES.length, TABLES.length]],
  ])('11.1: rows that are built get their key %s', async (_what, meanwhile, keyed) => {
    const url = await server.database();
    const log = new DeliveredLog(['ada', 'bo', 'cy'].map((name, no) => raised(name, no)));
    const clock = new SetClock(NOON + DAY);
    const readModel = await PostgresReadModel.open({ url, threads: 1 });
    const limits = { threadFacts: 0, jobFacts: 1, gatherMillis: 60_000 };
    const projector = projectorOf({ events: log, readModel, clock, limits });
    await projector.catchUp();
    const keys = `SELECT FROM pg_indexes i JOIN cx.derived d ON i.tablename = 'rows_' || replace(d.name, '-', '_') || '_' || d.next
      WHERE indexdef LIKE 'CREATE UNIQUE%'`;
    const found: (number | null)[] = [];
    const commit = readModel.commit.bind(readModel);
    readModel.commit = async (change) => {
      await commit(change);
      if (change.begun !== undefined || (change.finished ?? []).length > 0) return;
      found.push((await server.admin((client) => client.query(keys), url)).rowCount);
      if (found.length === 1) log.deliver(...meanwhile);
    };
    await projector.rebuild();
    await projector.catchUp();
    expect(found.slice(0, keyed.length)).toEqual(keyed);
    const unkeyed = `SELECT FROM cx.derived d WHERE NOT EXISTS (SELECT FROM pg_indexes i
      WHERE i.tablename = 'rows_' || replace(d.name, '-', '_') || '_' || d.current AND indexdef LIKE 'CREATE UNIQUE%')`;
    expect((await server.admin((client) => client.query(unkeyed), url)).rowCount).toBe(0);
    const alone = await PostgresReadModel.open({ url: await server.database() });
    await projectorOf({ events: log, readModel: alone, clock }).catchUp();
    expect(await storedBytes(readModel)).toBe(await storedBytes(alone));
    for (const one of [readModel, alone]) await one.close();
  });

  it.each([
    ['goes on with the next page while one is committed', 'ROLLBACK'],
    [
      'keeps neither page where the commit fails',
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    ],
  ])('11.3: %s', async (_what, end) => {
    const url = await server.database();
    const log = new DeliveredLog([raised('ada', 1), raised('bo', 2)]);
    const clock = new SetClock(NOON + DAY);
    const readModel = await PostgresReadModel.open({ url });
    const projector = projectorOf({ events: log, readModel, clock, limits: { pageEvents: 1 } });
    await projector.catchUp();
    const told: bigint[] = [];
    projector.onCommitted((position) => told.push(position));

    // The same customer again, one that is not in memory, and one that is new.
    log.deliver(raised('ada', 3), raised('ada', 4), raised('bo', 5), raised('cy', 6));
    const reads: bigint[] = [];
    const readAll = log.readAll.bind(log);
    const nextPage = new Promise<void>((resolve) => {
      log.readAll = (options) => {
        reads.push(options.after);
        if (options.after === 3n) resolve();
        return readAll(options);
      };
    });
    await server.admin(async (client) => {
      await client.query('BEGIN; SELECT FROM cx.progress FOR UPDATE');
      const projected = projector.catchUp().then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
      await nextPage;
      expect(told).toEqual([]);
      await until('the commit waits for the lock', async () => {
        const { rowCount } = await server.admin(
          (other) =>
            other.query(
              `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
            ),
          url,
        );
        return rowCount! > 0;
      });
      await client.query(end);
      expect(await projected).toBe(end === 'ROLLBACK' ? 'done' : 'views-unavailable');
    }, url);
    await projector.catchUp();
    // Three was read again where its commit had failed.
    expect(reads.filter((after) => after === 2n)).toHaveLength(end === 'ROLLBACK' ? 1 : 2);
    expect(told).toEqual([3n, 4n, 5n, 6n]);
    const alone = await PostgresReadModel.open({ url: await server.database() });
    await projectorOf({ events: log, readModel: alone, clock }).catchUp();
    expect(await storedBytes(readModel)).toBe(await storedBytes(alone));
    for (const one of [readModel, alone]) await one.close();
  });
});

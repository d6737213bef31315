import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NOTHING_READ, type ReadModelChange, type RowsChange } from '#projector';
import type { DerivedTable, GroupQuery } from '#views';
import { ColumnCache } from './column-cache.js';
import { Connection } from './connection.js';
import { SqliteReadModel } from './sqlite-read-model.js';

const TENANT = 'acme';
const PERSONS = 4;
const TABLE: DerivedTable = {
  name: 'seen',
  version: 1,
  columns: { at: 'integer', size: 'integer', team: 'text' },
  indexes: [['at']],
  rows: () => [],
};
const QUERY: GroupQuery = {
  ...{
    tenant: TENANT,
    where: [],
    time: 'at',
    by: ['team'],
    sums: ['size'],
    squares: [],
    counts: {},
    limit: 100,
  },
  ranges: [
    { bucket: 0, from: 0, to: 5, bucketEnd: 5 },
    { bucket: 1, from: 5, to: 10, bucketEnd: 10 },
  ],
};
const NARROW: GroupQuery = { ...QUERY, by: [], sums: [] };

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A read model that one test commits to, with a cache on the same file. */
class Fixture {
  private commits = 0;
  private generation = 1;

  private constructor(
    readonly readModel: SqliteReadModel,
    readonly connection: Connection,
    readonly cache: ColumnCache,
  ) {}

  static async open(bytes = 1e9): Promise<Fixture> {
    const folder = mkdtempSync(join(tmpdir(), 'cx-columns-'));
    folders.push(folder);
    const readModel = await SqliteReadModel.open({ folder, tables: [TABLE], cacheMegabytes: 1 });
    const file = join(folder, 'views.sqlite');
    const cache = new ColumnCache(file, { bytes, rows: 0 });
    const fixture = new Fixture(readModel, new Connection(file, { readOnly: true }), cache);
    const customers = Array.from({ length: PERSONS }, (_, i) => ({
      number: i + 1,
      tenant: TENANT,
      name: `c${i + 1}`,
    }));
    await fixture.commit({ customers });
    return fixture;
  }

  async commit(change: Partial<ReadModelChange>): Promise<void> {
    const progress = { ...NOTHING_READ, customers: change.reset === true ? 0 : PERSONS };
    await this.readModel.commit({ from: this.commits++, progress, ...change });
  }

  async rebuild(rows: readonly RowsChange[]): Promise<void> {
    await this.commit({ begun: [TABLE] });
    await this.commit({ rows: rows.map((change) => ({ ...change, generation: 'next' as const })) });
    await this.commit({ finished: [TABLE.name] });
    this.generation += 1;
  }

  async reset(): Promise<void> {
    await this.commit({ reset: true });
    await this.commit({ tenants: [{ name: TENANT, facts: 0, lastAt: 0 }] });
    this.generation = 1;
  }

  fromColumns(query = QUERY) {
    return this.cache.group(this.connection, this.rows, 1, query);
  }

  fromSql(query = QUERY) {
    return this.readModel.stored.group(TABLE.name, query);
  }

  async load(query = QUERY): Promise<void> {
    this.cache.load(this.connection, this.rows, query, []);
    await this.cache.loaded();
  }

  async close(): Promise<void> {
    await this.cache.close();
    this.connection.close();
    await this.readModel.close();
  }

  private get rows() {
    return { definition: TABLE, name: `rows_seen_${this.generation}` };
  }
}

interface Put {
  readonly person: number;
  readonly key: string;
  readonly columns: {
    readonly at: number | null;
    readonly size: number | null;
    readonly team: string | null;
  };
}

function changeOf({ person, key, columns }: Put): RowsChange {
  const owner = { number: person, name: `c${person}`, heldAt: null };
  const put = [{ row: { key, due: null, columns } }];
  return { table: TABLE.name, generation: 'current', tenant: TENANT, person: owner, put, gone: [] };
}

const person = fc.integer({ min: 1, max: PERSONS });
const key = fc.constantFrom('', 'a', 'b');
const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const put = fc.record({
  ...{ person, key },
  columns: fc.record({
    at: orNull(fc.nat(9)),
    size: orNull(fc.nat(9)),
    team: orNull(fc.constantFrom('red', 'blue')),
  }),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), put }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('delete' as const), person, keys: fc.uniqueArray(key) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete all' as const), person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rebuild' as const), put }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const) }) },
);
const gone = (number: number, keys: readonly string[] | 'all'): RowsChange => ({
  ...changeOf({ person: number, key: '', columns: { at: 0, size: 0, team: null } }),
  ...{ put: [], gone: keys },
});

it('12.3: columns in memory answer as SQL does, whatever was committed in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 25 }), async (steps) => {
      const fixture = await Fixture.open();
      for (const one of steps) {
        if (one.do === 'put') await fixture.commit({ rows: [changeOf(one.put)] });
        if (one.do === 'delete') await fixture.commit({ rows: [gone(one.person, one.keys)] });
        if (one.do === 'delete all') await fixture.commit({ rows: [gone(one.person, 'all')] });
        if (one.do === 'rebuild') await fixture.rebuild([changeOf(one.put)]);
        if (one.do === 'reset') await fixture.reset();
        if (fixture.fromColumns() === undefined) await fixture.load();
        expect(fixture.fromColumns()).toEqual(await fixture.fromSql());
      }
      await fixture.close();
    }),
    { numRuns: Number(process.env['CX_RUNS'] ?? 15) },
  );
}, 60_000);

it('12.3: columns that are loaded later are of the same moment as those before', async () => {
  const fixture = await Fixture.open();
  const row = { person: 1, key: 'a', columns: { at: 1, size: 2, team: 'red' } };
  // As many rows as are not read in one go.
  const others = Array.from({ length: 2_500 }, (_, i) => changeOf({ ...row, person: 2, key: `${i}` }));
  await fixture.commit({ rows: [...others, changeOf(row)] });
  await fixture.load(NARROW);
  expect([fixture.fromColumns(NARROW)?.length, fixture.fromColumns()]).toEqual([1, undefined]);
  const loading = fixture.load();
  // Committed, and asked for, while the other columns are being loaded.
  await fixture.commit({ rows: [changeOf({ ...row, columns: { at: 1, size: 5, team: 'blue' } })] });
  expect(fixture.fromColumns(NARROW)).toEqual(await fixture.fromSql(NARROW));
  await loading;
  expect(fixture.fromColumns()).toEqual(await fixture.fromSql());
  expect(fixture.fromColumns()).toMatchObject([{ values: ['blue'], sums: { size: 5 } }, { rows: 2_500 }]);
  await fixture.close();
});

it('12.3: an older moment, too little memory and too many different texts are left to SQL', async () => {
  const fixture = await Fixture.open();
  await fixture.commit({
    rows: [changeOf({ person: 1, key: 'a', columns: { at: 1, size: 2, team: 'red' } })],
  });
  fixture.connection.exec('BEGIN');
  expect(fixture.fromColumns()).toBeUndefined();
  fixture.connection.get('SELECT commits FROM progress');
  await fixture.commit({
    rows: [changeOf({ person: 2, key: 'a', columns: { at: 1, size: 3, team: 'red' } })],
  });
  await fixture.load();
  expect(fixture.fromColumns()).toBeUndefined();
  fixture.connection.exec('COMMIT');
  expect(fixture.fromColumns()).toMatchObject([{ rows: 2, sums: { size: 5 } }]);
  const many = Array.from({ length: 66_000 }, (_, i) => `team ${i}`);
  const rows = many.map((team, i) => changeOf({ person: 3, key: `${i}`, columns: { at: 1, size: 1, team } }));
  await fixture.commit({ rows });
  expect(fixture.fromColumns()).toBeUndefined();
  await fixture.load();
  expect(fixture.fromColumns()).toBeUndefined();
  await fixture.load(NARROW);
  expect(fixture.fromColumns(NARROW)).toEqual(await fixture.fromSql(NARROW));
  await fixture.close();
  const small = await Fixture.open(10);
  await small.commit({ rows: [changeOf({ person: 1, key: 'a', columns: { at: 1, size: 2, team: 'red' } })] });
  await small.load();
  expect(small.fromColumns()).toBeUndefined();
  await small.close();
});

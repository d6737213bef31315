import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LinkRecord, type ParkedRecord, START, storedPosition } from '#event-sourcing';
import { type Chunk, factLayoutOf } from '#journey';
import {
  type EndedJob,
  type JobRecord,
  NOTHING_READ,
  type ReadModel,
  type ReadModelChange,
} from '#projector';
import type { ColumnValue, CustomerRecord, DerivedTable, ListCondition, TableRow } from '#views';
import type { ReadModelKind } from '../kit/read-model-kinds.js';

const TENANT = 'acme';

/** Rows of this contract are written by hand: nothing derives them. */
const table = (version: number): DerivedTable => ({
  name: 'seen',
  version,
  columns: { word: 'text', size: 'integer', share: 'real' },
  indexes: [['word', 'size'], ['size']],
  rows: () => [],
});

const TABLES = [table(1)];

/** What every read model must do, whatever keeps it. */
export function describeReadModel(kind: ReadModelKind): void {
  describe(`read model ${kind.name}`, () => {
    let readModel: ReadModel;

    beforeEach(async () => {
      readModel = await kind.open(TABLES);
    });

    afterEach(() => kind.end(readModel));

    const commits = async () => (await readModel.stored.writerState()).progress.commits;
    const commit = async (change: Partial<ReadModelChange>) => {
      const { commits: from, ...progress } = (await readModel.stored.writerState()).progress;
      const customers = progress.customers + (change.customers?.length ?? 0);
      await readModel.commit({ from, progress: { ...progress, customers }, ...change });
    };
    const put = (number: number, name: string, ...rows: readonly TableRow[]) =>
      commit({ rows: [rowsOf(number, name, rows)] });
    const keysOf = async (where: readonly ListCondition[], column = 'size', limit = 10) => {
      const orderBy = { column, direction: 'asc' as const };
      const rows = await readModel.stored.list('seen', { tenant: TENANT, where, orderBy, limit });
      return rows.map(({ customer, key }) => `${customer}${key}`);
    };

    describe('commits', () => {
      it('all of a change and counts it, also after it was opened again', async () => {
        // Rows of tables may lag behind the timelines (bulk catch-up): readers are told both.
        const places = { checkpoint: storedPosition(7), tablesAt: storedPosition(3) };
        const progress = { ...NOTHING_READ, ...places, lastEventId: 'e-7', customers: 1 };
        await commit({ progress, customers: [customer(1, 'a')], chunks: chunksOf(1, chunk(0, 'one')) });
        readModel = await kind.reopen(readModel, TABLES);
        const state = await readModel.stored.writerState();
        expect(state.progress).toEqual({ ...progress, commits: 1 });
        expect(await readModel.stored.timelineState()).toMatchObject(places);
        expect(await textsOf(readModel, 1, 'a')).toEqual(['one']);
      });

      it('nothing of a change that was not made from what is stored', async () => {
        const from = await commits();
        await commit({ customers: [customer(1, 'a')] });
        const late = { from, progress: { ...NOTHING_READ, customers: 1 }, customers: [customer(1, 'b')] };
        await expect(readModel.commit(late)).rejects.toMatchObject({ code: 'another-writer' });
        await expect(readModel.commit({ ...late, reset: true })).rejects.toMatchObject({
          code: 'another-writer',
        });
        expect(await peopleOf(readModel, 'a', 'b')).toEqual([['a'], undefined]);
        expect(await commits()).toBe(from + 1);
      });

      it('the deletion of everything, which does not let an older change in', async () => {
        await commit({ customers: [customer(1, 'a')], chunks: chunksOf(1, chunk(0, 'one')) });
        await put(1, 'a', row('', 'x', 1));
        const before = await commits();
        await commit({ reset: true, progress: NOTHING_READ });
        expect(await peopleOf(readModel, 'a')).toEqual([undefined]);
        expect(await readModel.stored.tenant(TENANT)).toBeUndefined();
        expect(await keysOf([])).toEqual([]);
        const state = await readModel.stored.writerState();
        expect(state).toMatchObject({ jobs: [], parked: [], tenants: [] });
        expect(state.progress).toEqual({ ...NOTHING_READ, commits: before + 1 });
      });
    });

    describe('keeps timelines', () => {
      beforeEach(() =>
        commit({
          customers: [customer(1, 'a'), customer(2, 'b'), { ...customer(3, 'c'), tenant: 'other' }],
          chunks: [...chunksOf(1, chunk(0, 'one'), chunk(1, 'two'), chunk(2, 'three')), ...chunksOf(2)],
        }),
      );

      it('in the order of their chunks, whole or only the last one', async () => {
        expect(await textsOf(readModel, 1, 'a')).toEqual(['one', 'two', 'three']);
        const last = await readModel.stored.timelines([record(2, 'b'), record(1, 'a')], 'last');
        expect(
          last.map(({ customer: { name }, chunks }) => [name, chunks.map(({ number }) => number)]),
        ).toEqual([
          ['b', []],
          ['a', [2]],
        ]);
      });

      it('with chunks replaced, and cut from a number on', async () => {
        await commit({ chunks: chunksOf(1, chunk(1, 'second')) });
        expect(await textsOf(readModel, 1, 'a')).toEqual(['one', 'second', 'three']);
        await commit({ chunks: [{ customer: 1, change: { cut: 1, chunks: [chunk(1, 'end')] } }] });
        expect(await textsOf(readModel, 1, 'a')).toEqual(['one', 'end']);
      });

      it('with a fingerprint that changes with any of their bytes, and when the customer is held', async () => {
        const print = async () => (await readModel.stored.fingerprints([record(1, 'a')]))[0];
        const seen = new Set([await print()]);
        expect(await print()).toBe([...seen][0]);
        const [{ tenant, name }] = [customer(1, 'a')];
        await commit({ chunks: chunksOf(1, chunk(1, 'twO')) });
        seen.add(await print());
        await commit({ chunks: chunksOf(1, chunk(3, 'four')) });
        seen.add(await print());
        await commit({ held: [{ customer: 1, heldAt: 5 }] });
        const [person] = await readModel.stored.people([{ tenant, customer: name }]);
        seen.add((await readModel.stored.fingerprints(person!.customers))[0]);
        expect(seen.size).toBe(4);
      });

      it.each([
        ['one tenant', TENANT, ['a', 'b']],
        ['all tenants', undefined, ['a', 'b', 'c']],
        ['an unknown tenant', 'nobody', []],
      ])('that are met by number on the way through %s, each once', async (_what, tenant, names) => {
        const met: string[] = [];
        for (let after: number | null = 0; after !== null;) {
          const page: Awaited<ReturnType<typeof readModel.stored.scan>> = await readModel.stored.scan(
            ...[after, 1, tenant === undefined ? {} : { tenant }],
          );
          for (const timeline of page.timelines) {
            met.push(timeline.customer.name);
            expect(timeline.tenant).toBe(timeline.customer.name === 'c' ? 'other' : TENANT);
          }
          after = page.next;
        }
        expect(met).toEqual(names);
      });

      it('with the layout by which they can be read', async () => {
        const layout = factLayoutOf();
        await commit({ layout });
        const { layouts } = await readModel.stored.timelineState();
        expect(layouts.isStored).toBe(true);
        expect(layouts.of(layout.stamp)).toEqual(layout);
      });
    });

    it('finds everyone who was ever linked with a customer, whatever was unlinked', async () => {
      await commit({
        customers: ['a', 'b', 'c', 'd'].map((name, i) => customer(i + 1, name)),
        links: [
          { ...link('l-1', 'CustomersMerged', 'a', 'b'), tenant: TENANT },
          { ...link('l-2', 'CustomersMerged', 'b', 'c'), tenant: TENANT },
          { ...link('l-3', 'CustomersUnmerged', 'b', 'c'), tenant: TENANT },
        ],
      });
      expect(await peopleOf(readModel, 'c', 'd', 'x')).toEqual([['a', 'b', 'c'], ['d'], undefined]);
      const [person] = await readModel.stored.people([{ tenant: TENANT, customer: 'a' }]);
      expect(person!.links.map(({ eventId }) => eventId).sort()).toEqual(['l-1', 'l-2', 'l-3']);
      expect(await readModel.stored.people([{ tenant: 'other', customer: 'a' }])).toEqual([undefined]);
    });

    it('10.2: reads a group of linked customers once, however many of them are asked for', async () => {
      const pair = (event: string, survivor: string, merged: string) => ({
        ...link(event, 'CustomersMerged', survivor, merged),
        tenant: TENANT,
      });
      await commit({
        customers: ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => customer(i + 1, name)),
        links: [pair('l-1', 'a', 'b'), pair('l-2', 'd', 'e'), pair('l-3', 'f', 'b')],
      });
      const asked = ['f', 'd', 'b', 'a', 'e', 'c'].map((name) => ({ tenant: TENANT, customer: name }));
      const [f, d, b, a, e, c] = await readModel.stored.people(asked);
      expect([b, a]).toEqual([f, f]);
      expect(a).toBe(f);
      expect(b).toBe(f);
      expect(e).toBe(d);
      expect([f, d, c].map((person) => person!.customers.map(({ name }) => name).join())).toEqual([
        'a,b,f',
        'd,e',
        'c',
      ]);
      expect(
        [f, d, c].map((person) =>
          person!.links
            .map(({ eventId }) => eventId)
            .sort()
            .join(),
        ),
      ).toEqual(['l-1,l-3', 'l-2', '']);
    });

    it('sums up tenants, with their policies in recording order and the stamp of their rows', async () => {
      const policy = (position: number) => ({
        ...{ tenant: TENANT, eventId: `p-${position}`, type: 'SlaPolicyPublished', effectiveFrom: null },
        ...{ position: storedPosition(position), recordedAt: '2026-01-01T00:00:00.000Z', data: '{}' },
      });
      await commit({ tenants: [{ name: TENANT, facts: 2, lastAt: 50 }], policies: [policy(4)] });
      await commit({
        ...{ tenants: [{ name: TENANT, facts: 1, lastAt: 20 }], policies: [policy(9)] },
        stamps: [{ tenant: TENANT, stamp: 's' }],
      });
      const { tenant: _, ...first } = policy(4);
      expect(await readModel.stored.tenant(TENANT)).toMatchObject({
        ...{ name: TENANT, facts: 3, lastAt: 50, policyPending: false },
        policies: [first, { eventId: 'p-9' }],
      });
      expect((await readModel.stored.writerState()).tenants).toEqual([{ name: TENANT, stamp: 's' }]);
      await commit({ jobs: [job(1, 'policies')] });
      expect(await readModel.stored.tenant(TENANT)).toMatchObject({ policyPending: true });
    });

    it('keeps jobs and what is parked, each until it ends', async () => {
      await commit({
        jobs: [job(2, 'rebuild'), job(1, 'pack')],
        parked: [parked(5, null), parked(3, 'seen')],
      });
      await commit({ jobs: [{ ...job(2, 'rebuild'), after: 9 }], parked: [parked(4, 'seen')] });
      let state = await readModel.stored.writerState();
      expect(state.jobs).toEqual([job(1, 'pack'), { ...job(2, 'rebuild'), after: 9 }]);
      // A table of a person is parked once, an event by its position.
      expect(state.parked).toEqual([parked(4, 'seen'), parked(5, null)]);
      await commit({ endedJobs: [ended(1, '2026-02-01T12:00:00.000Z')], unparked: [parked(0, 'seen')] });
      state = await readModel.stored.writerState();
      expect(state.jobs.map(({ id }) => id)).toEqual([2]);
      expect(state.parked).toEqual([parked(5, null)]);
    });

    it('10.3: keeps ended jobs with their figures when it is opened again, until they are forgotten', async () => {
      await commit({ jobs: [job(1, 'policies'), job(2, 'rebuild'), job(3, 'pack')] });
      const first = ended(2, '2026-02-01T12:00:00.000Z');
      const second = ended(1, '2026-02-01T12:00:00.001Z');
      await commit({ endedJobs: [first] });
      await commit({ endedJobs: [second] });
      readModel = await kind.reopen(readModel, TABLES);
      const state = await readModel.stored.writerState();
      expect([state.jobs, state.endedJobs]).toEqual([[job(3, 'pack')], [first, second]]);
      await commit({ forgottenJobs: [2] });
      expect((await readModel.stored.writerState()).endedJobs).toEqual([second]);
    });

    describe('keeps rows', () => {
      beforeEach(async () => {
        await commit({ customers: ['a', 'b', 'c'].map((name, i) => customer(i + 1, name)) });
        await put(1, 'a', row('1', 'x', 3, 10), row('2', 'y', null));
        await put(2, 'b', row('1', 'x', 1, 30));
        await put(3, 'c', row('1', 'z', 3, null, 0.25));
      });

      it('in the order asked for, ties by customer and key, nulls last in both directions', async () => {
        expect(await keysOf([])).toEqual(['b1', 'a1', 'c1', 'a2']);
        const down = { column: 'size', direction: 'desc' as const };
        const rows = await readModel.stored.list('seen', {
          tenant: TENANT,
          where: [],
          orderBy: down,
          limit: 3,
        });
        expect(rows).toEqual([
          { customer: 'a', ...row('1', 'x', 3, 10) },
          { customer: 'c', ...row('1', 'z', 3, null, 0.25) },
          { customer: 'b', ...row('1', 'x', 1, 30) },
        ]);
        const after = { value: 3, customer: 'a', key: '1' };
        const rest = { tenant: TENANT, where: [], orderBy: down, limit: 9, after };
        expect((await readModel.stored.list('seen', rest)).map(({ customer: name }) => name)).toEqual([
          ...['c', 'b', 'a'],
        ]);
        expect(await readModel.stored.list('seen', { ...rest, tenant: 'other' })).toEqual([]);
      });

      it.each<[ListCondition, readonly string[]]>([
        [{ column: 'word', is: '=', value: 'x' }, ['b1', 'a1']],
        [{ column: 'word', is: 'in', value: ['y', 'z', 'none'] }, ['c1', 'a2']],
        [{ column: 'size', is: '>', value: 1 }, ['a1', 'c1']],
        [{ column: 'size', is: '<=', value: 1 }, ['b1']],
        [{ column: 'size', is: 'null' }, ['a2']],
        [{ column: 'share', is: 'not-null' }, ['c1']],
        [{ column: 'size', is: 'after-or-null', value: 1 }, ['a1', 'c1', 'a2']],
        [{ column: 'due', is: '<=', value: 10 }, ['a1']],
        [{ column: 'customer', is: '=', value: 'a' }, ['a1', 'a2']],
        [{ column: 'due', is: '>', value: 20, plus: 'size' }, ['b1']],
        [{ column: 'size', is: 'after-or-null', value: -10, plus: 'due' }, ['a1', 'a2']],
        [{ column: 'size', is: 'between', value: [0, 1, 2, 3, 3, 4] }, ['a1', 'c1']],
      ])('that meet %j', async (condition, found) => {
        expect(await keysOf([condition])).toEqual(found);
      });

      it('counted and summed by group', async () => {
        const counts = { big: [{ column: 'size', is: '>' as const, value: 2 }] };
        const [byWord, all] = await readModel.stored.aggregate('seen', [
          { tenant: TENANT, where: [], groupBy: 'word', sums: ['size'], counts },
          { tenant: TENANT, where: [{ column: 'word', is: 'in', value: ['x', 'y'] }], sums: ['size'] },
        ]);
        const group = (name: ColumnValue, rows: number, customers: number, size: number) => ({
          ...{ group: name, rows, customers, sums: { size } },
        });
        expect(byWord).toEqual([
          { ...group('x', 2, 2, 4), counts: { big: 1 } },
          { ...group('y', 1, 1, 0), counts: { big: 0 } },
          { ...group('z', 1, 1, 3), counts: { big: 1 } },
        ]);
        expect(all).toEqual([{ ...group(null, 3, 2, 4), counts: {} }]);
        const [named] = await readModel.stored.aggregate('seen', [
          { tenant: TENANT, where: [], groupBy: 'customer', sums: [] },
        ]);
        expect(named!.map(({ group: name, rows }) => [name, rows])).toEqual([
          ['a', 2],
          ['b', 1],
          ['c', 1],
        ]);
      });

      it('grouped by time and values, the last of a bucket only where it is asked for', async () => {
        await commit({ customers: [customer(4, 'd')] });
        await put(4, 'd', row('1', 'x', 5, null, 5), row('2', 'x', 4, null, 6));
        const ranges = [
          { bucket: 0, from: 0, to: 2, bucketEnd: 4 },
          { bucket: 0, from: 3, to: 4, bucketEnd: 4 },
          { bucket: 1, from: 4, to: 6, bucketEnd: 6 },
        ];
        const big = [{ column: 'size', is: '>' as const, value: 4 }];
        const query = {
          ...{ tenant: TENANT, where: [], time: 'size', ranges, by: ['word'], limit: 4 },
          ...{ sums: ['size'], squares: ['size'], counts: { big } },
        };
        const group = (
          bucket: number,
          word: string,
          rows: number,
          size: number,
          squares: number,
          over = 0,
        ) => ({
          ...{
            bucket,
            values: [word],
            rows,
            sums: { size },
            squares: { size: squares },
            counts: { big: over },
          },
        });
        expect(await readModel.stored.group('seen', query)).toEqual([
          group(0, 'x', 2, 4, 10),
          group(0, 'z', 1, 3, 9),
          group(1, 'x', 2, 9, 41, 1),
        ]);
        expect(await readModel.stored.group('seen', { ...query, by: [], ranges: ranges.slice(2) })).toEqual([
          { ...group(1, 'x', 2, 9, 41, 1), values: [] },
        ]);
        const sizes = { ...query, spread: 'size', limit: 9 };
        const spreads = (await readModel.stored.group('seen', sizes)).map(({ spread }) =>
          [...spread!].sort(),
        );
        expect(spreads).toEqual([[1, 3], [3], [4, 5]]);
        expect((await readModel.stored.group('seen', { ...sizes, spread: 'share' }))[0]!.spread).toEqual([]);
        // Replaced at 5, within the bucket; and at 6, when the bucket has ended.
        const last = { ...query, ranges: ranges.slice(2), replacedAt: 'share' };
        expect(await readModel.stored.group('seen', last)).toEqual([group(1, 'x', 1, 4, 16)]);
        await expect(readModel.stored.group('seen', { ...query, limit: 2 })).rejects.toMatchObject({
          code: 'too-many-groups',
        });
        expect(await readModel.stored.group('seen', { ...query, tenant: 'other' })).toEqual([]);
        expect(await readModel.stored.group('seen', { ...query, ranges: [] })).toEqual([]);
      });

      it('with differences written, whatever was said to be stored, and keys that go', async () => {
        const was = row('1', 'x', 3, 10);
        await commit({
          rows: [{ ...rowsOf(1, 'a', []), put: [{ row: row('1', 'w', 3, null), was }], gone: ['2'] }],
        });
        await commit({ rows: [{ ...rowsOf(2, 'b', []), put: [{ row: row('9', 'n', 7), was }] }] });
        const found = await readModel.stored.rows(['seen'], [1, 2]);
        // Each engine has row numbers of its own.
        const stored = found.map(({ table, person, key, columns, due }) => ({
          ...{ table, person, key, columns, due },
        }));
        const byKey = stored.toSorted((a, b) => `${a.person}${a.key}`.localeCompare(`${b.person}${b.key}`));
        expect(byKey).toEqual([
          { table: 'seen', person: 1, ...row('1', 'w', 3, null) },
          { table: 'seen', person: 2, ...row('1', 'x', 1, 30) },
          { table: 'seen', person: 2, ...row('9', 'n', 7) },
        ]);
        await commit({ rows: [{ ...rowsOf(2, 'b', [row('5', 'v', 5)]), gone: 'all' }] });
        expect(await keysOf([{ column: 'customer', is: '=', value: 'b' }])).toEqual(['b5']);
      });

      it('and names the overdue ones, the earliest first', async () => {
        expect(await readModel.stored.overdue(['seen'], 9, 5)).toEqual([]);
        expect(await readModel.stored.overdue(['seen'], 30, 5)).toEqual([
          { tenant: TENANT, customer: 'a' },
          { tenant: TENANT, customer: 'b' },
        ]);
        expect(await readModel.stored.overdue(['seen'], 30, 1)).toEqual([{ tenant: TENANT, customer: 'a' }]);
      });

      it('while others are built beside them, which then take their place at once', async () => {
        await commit({ begun: [{ name: 'seen', version: 1 }] });
        const next = { ...rowsOf(2, 'b', [row('1', 'new', 1)]), generation: 'next' as const };
        await commit({ rows: [next, rowsOf(1, 'a', [row('3', 'x', 0)])] });
        expect(await keysOf([])).toEqual(['a3', 'b1', 'a1', 'c1', 'a2']);
        expect((await readModel.stored.writerState()).tables).toEqual([
          { name: 'seen', version: 1, next: 1 },
        ]);
        await commit({ finished: ['seen'] });
        expect(await keysOf([])).toEqual(['b1']);
        await commit({ begun: [{ name: 'seen', version: 1 }], rows: [next] });
        await commit({ abandoned: ['seen'] });
        expect(await keysOf([])).toEqual(['b1']);
        expect((await readModel.stored.writerState()).tables).toEqual([
          { name: 'seen', version: 1, next: null },
        ]);
      });

      it('of another version until this one is built, and says so to who asks for them', async () => {
        readModel = await kind.reopen(readModel, [table(2)]);
        await expect(keysOf([])).rejects.toMatchObject({ code: 'view-rebuilding' });
        await commit({ begun: [{ name: 'seen', version: 2 }] });
        await commit({
          ...{ rows: [{ ...rowsOf(3, 'c', [row('1', 'x', 1)]), generation: 'next' }], finished: ['seen'] },
        });
        expect(await keysOf([])).toEqual(['c1']);
      });
    });
  });
}

const customer = (number: number, name: string) => ({ number, tenant: TENANT, name });
const record = (number: number, name: string): CustomerRecord => ({ number, name, heldAt: null });
const chunk = (number: number, text: string): Chunk => ({ number, bytes: Buffer.from(text) });
const chunksOf = (number: number, ...chunks: readonly Chunk[]) => [{ customer: number, change: { chunks } }];

function row(
  key: string,
  word: string,
  size: number | null,
  due: number | null = null,
  share: number | null = null,
): TableRow {
  return { key, due, columns: { word, size, share } };
}

function rowsOf(number: number, name: string, rows: readonly TableRow[]) {
  return {
    ...{ table: 'seen', generation: 'current' as const, tenant: TENANT, person: record(number, name) },
    ...{ put: rows.map((one) => ({ row: one })), gone: [] },
  };
}

function link(eventId: string, type: LinkRecord['type'], survivor: string, merged: string): LinkRecord {
  return {
    ...{ eventId, type, survivor, merged },
    ...{ occurredAt: 1, sequence: 0, step: 1, position: storedPosition(1) },
  };
}

function job(id: number, kind: JobRecord['kind']): JobRecord {
  return {
    ...{ id, kind, tables: ['seen'], tenant: TENANT, startedAt: '2026-01-01T00:00:00.000Z', after: 0 },
    ...{ customersDone: 0, customersTotal: 1, factsDone: 0, factsTotal: 1, differing: 0, examples: [] },
  };
}

function ended(id: number, endedAt: string): EndedJob {
  const example = { tenant: TENANT, customer: 'a', table: 'seen', key: '', from: null, to: { size: 1 } };
  const figures = { customersDone: 1, factsDone: 1, differing: 1, examples: [example] };
  return { ...job(id, 'rebuild'), ...figures, endedAt, outcome: 'completed' };
}

function parked(position: number, view: string | null): ParkedRecord {
  return {
    ...{ tenant: TENANT, customer: 'a', view, position: position === 0 ? START : storedPosition(position) },
    ...{ eventId: null, reason: 'broken', since: '2026-01-01T00:00:00.000Z' },
  };
}

async function textsOf(readModel: ReadModel, number: number, name: string): Promise<readonly string[]> {
  const [timeline] = await readModel.stored.timelines([record(number, name)]);
  return timeline!.chunks.map(({ bytes }) => Buffer.from(bytes).toString());
}

async function peopleOf(readModel: ReadModel, ...names: readonly string[]) {
  const people = await readModel.stored.people(names.map((name) => ({ tenant: TENANT, customer: name })));
  return people.map((person) => person?.customers.map(({ name }) => name));
}

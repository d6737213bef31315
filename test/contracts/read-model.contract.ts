import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  ListQuery,
  ListRow,
  NewTimelineRow,
  OrderKey,
  ReadModel,
  StateChange,
  ViewDefinition,
  ViewHead,
} from '#event-sourcing';

/** A read model under test: empty when opened first; opened again it has what it had. */
export interface ReadModelUnderTest {
  open(views: readonly ViewDefinition[]): Promise<ReadModel>;
  /** Removes what the read model left behind. */
  remove(): Promise<void>;
}

const QUEUE: ViewDefinition = {
  name: 'queue',
  version: 1,
  list: {
    columns: { state: 'text', dueAt: 'integer', weight: 'real' },
    indexes: [['state', 'dueAt'], ['weight']],
    drifting: ['weight'],
  },
};
const PLAIN: ViewDefinition = { name: 'plain', version: 1 };

const order = (occurredAt: number, eventId = `e-${occurredAt}`): OrderKey => ({
  occurredAt,
  sequence: 0,
  step: 1,
  eventId,
});
const head = (at: number, count = 1, stamp = 's'): ViewHead => ({ stamp, last: order(at), count });

function row(
  customer: string,
  at: number,
  position: bigint,
  more: Partial<NewTimelineRow> = {},
): NewTimelineRow {
  const known = {
    tenant: 'default',
    customer,
    type: 'IssueRaised',
    position,
    retractedAt: null,
    facts: '[1]',
  };
  return { ...known, ...order(at), ...more };
}

function change(customer: string, more: Partial<StateChange> = {}): StateChange {
  return {
    view: 'queue',
    generation: 'current',
    tenant: 'default',
    customer,
    head: head(1),
    replace: false,
    cells: new Map(),
    rows: new Map(),
    snapshots: [],
    ...more,
  };
}

const listed = (
  key: string,
  state: string | null,
  dueAt: number | null,
  weight: number | null = null,
): ListRow => ({
  key,
  columns: { state, dueAt, weight },
});

/** What every read model must do, whatever keeps its views. */
export function describeReadModel(name: string, make: () => Promise<ReadModelUnderTest>): void {
  describe(`read model ${name}`, () => {
    let subject: ReadModelUnderTest;
    let model: ReadModel;

    beforeEach(async () => {
      subject = await make();
      model = await subject.open([QUEUE, PLAIN]);
    });

    afterEach(async () => {
      await model.close();
      await subject.remove();
    });

    const reopen = async (views: readonly ViewDefinition[] = [QUEUE, PLAIN]) => {
      await model.close();
      model = await subject.open(views);
    };
    const insert = (...rows: NewTimelineRow[]) =>
      model.transaction((transaction) => transaction.insertTimeline(rows));
    const save = (...changes: StateChange[]) => model.transaction((transaction) => transaction.save(changes));

    describe('transactions', () => {
      it('show what they wrote to themselves at once, to readers when they are committed', async () => {
        await model.transaction(async (transaction) => {
          await transaction.save([change('c', { cells: new Map([['k', '1']]) })]);
          const [own] = await transaction.load([{ ...change('c'), keys: ['k'] }]);
          expect(own!.cells.get('k')).toBe('1');
          expect(await model.reader.head('queue', 'default', 'c')).toBeUndefined();
        });
        expect(await model.reader.head('queue', 'default', 'c')).toEqual(head(1));
      });

      it('leave nothing when they fail, not even of customers met for the first time', async () => {
        const failing = model.transaction(async (transaction) => {
          await transaction.insertTimeline([row('c', 1, 1n)]);
          throw new Error('on purpose');
        });
        await expect(failing).rejects.toThrow('on purpose');
        expect(await model.reader.customers('default', '', 9)).toEqual([]);
        await insert(row('d', 1, 1n), row('c', 2, 2n));
        expect(await model.reader.customers('default', '', 9)).toEqual(['c', 'd']);
        expect(await model.reader.eventCount('default')).toBe(2);
      });

      it('follow one another, whoever asks', async () => {
        const steps: string[] = [];
        const slow = model.transaction(async () => {
          steps.push('first begins');
          await new Promise((resolve) => setImmediate(resolve));
          steps.push('first ends');
        });
        await Promise.all([slow, model.transaction(async () => void steps.push('second'))]);
        expect(steps).toEqual(['first begins', 'first ends', 'second']);
      });

      it('keep progress and counts over a restart', async () => {
        const counts = { read: 9, timeline: 4, duplicates: 1, policies: 1, ignored: 2, parked: 1 };
        const progress = {
          checkpoint: 2n ** 60n,
          recorded: 2n ** 60n,
          lastEventId: 'e',
          factsStamp: 'f',
          tickedAt: 7,
          counts,
        };
        await model.transaction((transaction) => transaction.setProgress(progress));
        await reopen();
        expect(await model.transaction((transaction) => transaction.progress())).toEqual(progress);
        expect(await model.reader.checkpoint()).toBe(2n ** 60n);
        expect(await model.reader.counts()).toEqual(counts);
      });
    });

    describe('the timeline', () => {
      it('keeps an event once and reads in business order, behind a row, up to a time, backwards', async () => {
        const rows = [row('c', 30, 1n), row('c', 10, 2n), row('c', 20, 3n)];
        expect(await insert(...rows)).toEqual([true, true, true]);
        expect(await insert(row('c', 10, 9n))).toEqual([false]);
        const at = async (more: object) =>
          (await model.reader.timeline({ tenant: 'default', customers: ['c'], limit: 9, ...more })).map(
            ({ occurredAt }) => occurredAt,
          );
        expect(await at({})).toEqual([10, 20, 30]);
        expect(await at({ after: order(10) })).toEqual([20, 30]);
        expect(await at({ after: order(30), direction: 'backward' })).toEqual([20, 10]);
        expect(await at({ upTo: 20 })).toEqual([10, 20]);
        expect(await at({ limit: 1 })).toEqual([10]);
        expect(await at({ at: 2n })).toEqual([10, 30]);
        const [first] = await model.reader.timeline({ tenant: 'default', customers: ['c'], limit: 1 });
        const { tenant: _, ...expected } = row('c', 10, 2n);
        expect(first).toEqual(expected);
      });

      it('tells ties by sequence, step and event id', async () => {
        const one = { occurredAt: 5, sequence: 2, step: 0, eventId: 'a' };
        const two = { occurredAt: 5, sequence: 1, step: 9, eventId: 'b' };
        const three = { occurredAt: 5, sequence: 1, step: 9, eventId: 'c' };
        await insert(row('c', 0, 1n, one), row('c', 0, 2n, three), row('c', 0, 3n, two));
        const read = await model.reader.timeline({ tenant: 'default', customers: ['c'], limit: 9 });
        expect(read.map(({ eventId }) => eventId)).toEqual(['b', 'c', 'a']);
      });

      it('leaves retracted events out, unless they are asked for or were not known to be', async () => {
        await insert(row('c', 10, 1n), row('c', 20, 2n, { retractedAt: 5n }));
        await model.transaction((transaction) =>
          transaction.setRetracted({ tenant: 'default', customer: 'c' }, order(10), 7n),
        );
        const read = (more: object) =>
          model.reader.timeline({ tenant: 'default', customers: ['c'], limit: 9, ...more });
        expect(await read({})).toEqual([]);
        expect(
          (await read({ at: 5n })).map(({ occurredAt, retractedAt }) => [occurredAt, retractedAt]),
        ).toEqual([[10, null]]);
        expect((await read({ withRetracted: true })).map(({ retractedAt }) => retractedAt)).toEqual([7n, 5n]);
      });

      it('knows tenants, customers, counts and the last business time', async () => {
        await insert(row('b', 20, 1n), row('a', 10, 2n), row('z', 99, 3n, { tenant: 'other' }));
        expect(await model.reader.tenants()).toEqual(['default', 'other']);
        expect(await model.reader.customers('default', 'a', 9)).toEqual(['b']);
        expect(await model.reader.lastOccurredAt('default')).toBe(20);
        expect(await model.reader.lastOccurredAt('nobody')).toBeUndefined();
        expect(await model.reader.eventCount('default')).toBe(2);
        expect(await model.reader.timeline({ tenant: 'default', customers: ['z'], limit: 9 })).toEqual([]);
      });

      it('groups the events of merged identities, and says what moved', async () => {
        await insert(row('c', 20, 1n), row('d', 10, 2n));
        await model.transaction(async (transaction) => {
          const moved = await transaction.regroup(
            'default',
            new Map([
              ['c', 'c'],
              ['d', 'c'],
            ]),
          );
          expect(moved).toEqual([{ customer: 'd', from: 'd', to: 'c', first: order(10) }]);
          expect(await transaction.survivors([{ tenant: 'default', customer: 'd' }])).toEqual(['c']);
          const rows = await transaction.rowsOf({ tenant: 'default', customer: 'c' }, undefined, 9);
          expect(rows.map(({ customer }) => customer)).toEqual(['d', 'c']);
          expect(await transaction.findEvent({ tenant: 'default', customer: 'c' }, 'e-10')).toMatchObject({
            customer: 'd',
          });
        });
        await insert(row('d', 30, 3n));
        await model.transaction(async (transaction) => {
          const apart = await transaction.regroup('default', new Map([['d', 'd']]));
          expect(apart).toEqual([{ customer: 'd', from: 'c', to: 'd', first: order(10) }]);
          expect(await transaction.rowsOf({ tenant: 'default', customer: 'c' }, undefined, 9)).toHaveLength(
            1,
          );
        });
      });

      it('keeps the earliest of several retractions by one customer', async () => {
        await model.transaction(async (transaction) => {
          const target = { tenant: 'default', customer: 'c', target: 'e-1' };
          await transaction.addRetractions([
            { ...target, position: 8n },
            { ...target, position: 3n },
          ]);
          await transaction.addRetractions([
            { ...target, customer: 'd', position: 1n },
            { ...target, position: 9n },
          ]);
          const of = await transaction.retractionsOf('default', ['e-1', 'e-2']);
          expect(of.map(({ customer, position }) => [customer, position]).sort()).toEqual([
            ['c', 3n],
            ['d', 1n],
          ]);
          expect(await transaction.retractionsBy('default', ['d'])).toEqual([
            { ...target, customer: 'd', position: 1n },
          ]);
        });
      });
    });

    describe('states', () => {
      it('change cell by cell, or are replaced whole', async () => {
        await save(
          change('c', {
            cells: new Map([
              ['', '0'],
              ['a', '1'],
              ['b', '2'],
            ]),
          }),
        );
        await save(
          change('c', {
            head: head(2, 2),
            cells: new Map([
              ['a', null],
              ['b', '3'],
            ]),
          }),
        );
        const cells = () => model.reader.cells('queue', 'default', 'c');
        expect([...(await cells())].sort()).toEqual([
          ['', '0'],
          ['b', '3'],
        ]);
        expect([...(await model.reader.cells('queue', 'default', 'c', ['', 'x']))]).toEqual([['', '0']]);
        await save(change('c', { head: head(3), replace: true, cells: new Map([['z', '9']]) }));
        expect([...(await cells())]).toEqual([['z', '9']]);
        await save(change('c', { head: null, replace: true }));
        expect([...(await cells())]).toEqual([]);
        expect(await model.reader.head('queue', 'default', 'c')).toBeUndefined();
      });

      it('keep snapshots as the cells that changed since the one before', async () => {
        const state = { view: 'queue', generation: 'current', tenant: 'default', customer: 'c' } as const;
        await save(
          change('c', {
            snapshots: [
              {
                head: head(10, 2),
                changed: new Map([
                  ['a', '1'],
                  ['b', '1'],
                ]),
              },
              {
                head: head(20, 4),
                changed: new Map([
                  ['b', null],
                  ['d', '2'],
                ]),
              },
              { head: head(30, 6), changed: new Map([['a', '3']]) },
            ],
          }),
        );
        const at = (time: number) => model.reader.snapshotBefore('queue', 'default', 'c', order(time));
        expect(await at(9)).toBeUndefined();
        expect(await at(20)).toEqual({
          head: head(20, 4),
          cells: new Map([
            ['a', '1'],
            ['d', '2'],
          ]),
        });
        await model.transaction(async (transaction) => {
          const before = await transaction.snapshotBefore(state, order(20));
          expect(before).toEqual(head(10, 2));
          expect(await transaction.snapshotCells(state, before!, ['b', 'd'])).toEqual(new Map([['b', '1']]));
        });
        await save(change('c', { dropSnapshotsFrom: order(15) }));
        expect(await at(99)).toEqual({
          head: head(10, 2),
          cells: new Map([
            ['a', '1'],
            ['b', '1'],
          ]),
        });
      });

      it('are unknown for a view that nobody keeps', async () => {
        await expect(model.reader.head('nothing', 'default', 'c')).rejects.toMatchObject({
          code: 'unknown-view',
        });
        await expect(model.reader.list('plain', ask({}))).rejects.toMatchObject({ code: 'no-list' });
      });
    });

    describe('lists', () => {
      const all = new Map([
        ['a', [listed('i-1', 'open', 30, 1.5), listed('i-2', 'open', null), listed('i-3', 'closed', 10)]],
        ['b', [listed('i-4', 'open', 20, 0.5), listed('i-5', 'open', 30), listed('i-6', 'open', null)]],
      ]);
      beforeEach(async () => {
        for (const [customer, rows] of all) await save(change(customer, { rows: new Map([['cell', rows]]) }));
        await save(
          change('x', { tenant: 'other', rows: new Map([['cell', [listed('foreign', 'open', 1)]]]) }),
        );
      });
      const keys = async (query: Partial<ListQuery>) =>
        (await model.reader.list('queue', ask(query))).map(({ key }) => key);

      it('are ordered with nulls last in both directions, ties by customer and key', async () => {
        expect(await keys({})).toEqual(['i-3', 'i-4', 'i-1', 'i-5', 'i-2', 'i-6']);
        expect(await keys({ orderBy: { column: 'dueAt', direction: 'desc' } })).toEqual([
          'i-5',
          'i-1',
          'i-4',
          'i-3',
          'i-6',
          'i-2',
        ]);
      });

      const someStates = [{ column: 'state', is: 'in', value: ['closed', 'open', 'none', 'open'] } as const];

      it.each([
        ['asc', []],
        ['desc', []],
        ['asc', someStates],
        ['desc', someStates],
      ] as const)(
        'are read page by page without a gap or a repeat, %s, where %j',
        async (direction, where) => {
          const orderBy = { column: 'dueAt', direction };
          const whole = await model.reader.list('queue', ask({ orderBy, where }));
          expect(whole).toHaveLength(6);
          for (const limit of [1, 2, 4]) {
            const found = [];
            for (let after: ListQuery['after']; ;) {
              const page = await model.reader.list('queue', ask({ orderBy, where, limit, after }));
              found.push(...page);
              const last = page.at(-1);
              if (last === undefined) break;
              after = { value: last.columns['dueAt']!, customer: last.customer, key: last.key };
            }
            expect(found).toEqual(whole);
          }
        },
      );

      it.each([
        [{ column: 'state', is: '=', value: 'closed' }, ['i-3']],
        [{ column: 'dueAt', is: '=', value: null }, ['i-2', 'i-6']],
        [{ column: 'state', is: 'in', value: ['closed', 'lost'] }, ['i-3']],
        [{ column: 'dueAt', is: 'in', value: [10, 20] }, ['i-3', 'i-4']],
        [{ column: 'dueAt', is: '<', value: 20 }, ['i-3']],
        [{ column: 'dueAt', is: '<=', value: 20 }, ['i-3', 'i-4']],
        [{ column: 'dueAt', is: '>', value: 20 }, ['i-1', 'i-5']],
        [{ column: 'dueAt', is: '>=', value: 30 }, ['i-1', 'i-5']],
        [{ column: 'dueAt', is: 'null' }, ['i-2', 'i-6']],
        [{ column: 'weight', is: 'not-null' }, ['i-4', 'i-1']],
        [{ column: 'dueAt', is: 'after-or-null', value: 20 }, ['i-1', 'i-5', 'i-2', 'i-6']],
      ] as const)('are filtered by %j', async (condition, expected) => {
        expect(await keys({ where: [condition] })).toEqual(expected);
      });

      it('take no name that is not a column, whatever it holds', async () => {
        const evil = '"dueAt" FROM list; DROP TABLE list; --';
        for (const query of [
          { orderBy: { column: evil, direction: 'asc' as const } },
          { where: [{ column: evil, is: 'null' as const }] },
        ]) {
          await expect(keys(query)).rejects.toMatchObject({ code: 'unknown-column' });
        }
        expect(await keys({ where: [{ column: 'state', is: '=', value: "' OR 1=1 --" }] })).toEqual([]);
      });

      it('replace the rows of a cell, and of no other', async () => {
        await save(
          change('a', {
            rows: new Map([
              ['cell', [listed('i-1', 'closed', 31)]],
              ['new', [listed('i-9', 'open', 9)]],
            ]),
          }),
        );
        expect(await keys({})).toEqual(['i-9', 'i-4', 'i-5', 'i-1', 'i-6']);
        const [row9] = await model.reader.list('queue', ask({ limit: 1 }));
        expect(row9).toEqual({
          customer: 'a',
          key: 'i-9',
          columns: { state: 'open', dueAt: 9, weight: null },
        });
        await save(change('a', { rows: new Map([['cell', []]]) }));
        expect(await keys({})).toEqual(['i-9', 'i-4', 'i-5', 'i-6']);
      });

      it('are counted, summed and grouped', async () => {
        const late = [{ column: 'dueAt', is: '>' as const, value: 20 }];
        const query = { tenant: 'default', where: [], groupBy: 'state', sums: ['dueAt'], counts: { late } };
        expect(await model.reader.aggregate('queue', query)).toEqual([
          { group: 'closed', rows: 1, customers: 1, sums: { dueAt: 10 }, counts: { late: 0 } },
          { group: 'open', rows: 5, customers: 2, sums: { dueAt: 80 }, counts: { late: 2 } },
        ]);
        const none = { tenant: 'nobody', where: [], sums: ['dueAt'] };
        expect(await model.reader.aggregate('queue', none)).toEqual([
          { group: null, rows: 0, customers: 0, sums: { dueAt: 0 }, counts: {} },
        ]);
      });
    });

    describe('generations', () => {
      const build = async (...customers: string[]) => {
        for (const customer of customers)
          await save(change(customer, { generation: 'next', cells: new Map([['k', '"new"']]) }));
      };
      const shown = async (customer: string) =>
        (await model.reader.cells('queue', 'default', customer)).get('k');

      it('are built beside the one that is read, and put in its place at once', async () => {
        await insert(row('c', 1, 1n), row('d', 2, 2n), row('d', 3, 3n));
        await save(change('c', { cells: new Map([['k', '"old"']]) }));
        await model.transaction((transaction) =>
          transaction.beginBuild(['queue'], '2026-03-02T12:00:00.000Z'),
        );
        const next = {
          view: 'queue',
          generation: 'next',
          tenant: 'default',
          customer: 'c',
          keys: [],
        } as const;
        expect(await model.transaction((transaction) => transaction.load([next]))).toEqual([undefined]);
        await model.transaction(async (transaction) => {
          const { customers, cursor } = await transaction.scan(2);
          expect(customers).toMatchObject([{ customer: 'c', complete: true, rows: [{ occurredAt: 1 }] }]);
          await transaction.advanceBuild(cursor, 1, 1);
        });
        await build('c');
        expect(await shown('c')).toBe('"old"');
        expect(await model.reader.projections()).toMatchObject([
          { name: 'plain', rebuild: null },
          { name: 'queue', rebuild: { customersDone: 1, customersTotal: 2, eventsDone: 1, eventsTotal: 3 } },
        ]);
        await model.transaction(async (transaction) => {
          const { customers, cursor } = await transaction.scan(2);
          expect(customers).toMatchObject([{ customer: 'd', rows: [{ occurredAt: 2 }, { occurredAt: 3 }] }]);
          await transaction.advanceBuild(cursor, 1, 2);
          expect((await transaction.scan(2)).customers).toEqual([]);
          await transaction.finishBuild();
        });
        expect(await shown('c')).toBe('"new"');
        while (!(await model.tidy())) continue;
        expect(await shown('c')).toBe('"new"');
      });

      it('give a customer with many events in parts', async () => {
        await insert(row('c', 1, 1n), row('c', 2, 2n), row('c', 3, 3n), row('d', 4, 4n));
        await model.transaction(async (transaction) => {
          await transaction.beginBuild(['queue'], '2026-03-02T12:00:00.000Z');
          const { customers } = await transaction.scan(2);
          expect(customers).toMatchObject([{ customer: 'c', complete: false }]);
          expect(customers).toHaveLength(1);
        });
      });

      it('that were being built when the program ended are gone', async () => {
        await save(change('c', { cells: new Map([['k', '"old"']]) }));
        await model.transaction((transaction) =>
          transaction.beginBuild(['queue'], '2026-03-02T12:00:00.000Z'),
        );
        await reopen();
        expect(await model.transaction((transaction) => transaction.build())).toBeUndefined();
        expect(await shown('c')).toBe('"old"');
      });

      it('of another version are held and not shown', async () => {
        await insert(row('c', 1, 1n));
        await reopen([{ ...QUEUE, version: 2 }, PLAIN]);
        expect(await model.transaction((transaction) => transaction.heldViews())).toEqual(['queue']);
        await expect(shown('c')).rejects.toMatchObject({ code: 'view-rebuilding' });
        await expect(model.reader.head('plain', 'default', 'c')).resolves.toBeUndefined();
      });
    });

    describe('readers', () => {
      it('see one moment in a snapshot', async () => {
        await save(change('c', { cells: new Map([['k', '1']]) }));
        await model.reader.snapshot(async (moment) => {
          expect((await moment.cells('queue', 'default', 'c')).get('k')).toBe('1');
          await save(change('c', { head: head(2), cells: new Map([['k', '2']]) }));
          expect((await moment.cells('queue', 'default', 'c')).get('k')).toBe('1');
          expect((await model.reader.cells('queue', 'default', 'c')).get('k')).toBe('2');
        });
      });

      it('are not shown what the views have not come to while they are held', async () => {
        await insert(row('c', 1, 1n), row('c', 2, 2n));
        await model.transaction(async (transaction) => {
          const progress = await transaction.progress();
          await transaction.setProgress({ ...progress, checkpoint: 1n, recorded: 2n });
        });
        const read = await model.reader.timeline({ tenant: 'default', customers: ['c'], limit: 9 });
        expect(read.map(({ position }) => position)).toEqual([1n]);
      });
    });

    it('keeps policies in recording order, cut by what was known', async () => {
      const policy = {
        tenant: 'default',
        type: 'ScoringPolicyPublished',
        recordedAt: '2026-03-02T12:00:00.000Z',
        data: '{}',
      };
      const [later, earlier] = [
        { ...policy, eventId: 'p-2', position: 7n, effectiveFrom: null },
        { ...policy, eventId: 'p-1', position: 5n, effectiveFrom: 9 },
      ];
      const added = await model.transaction((transaction) =>
        transaction.addPolicies([later, earlier, { ...later, position: 9n }]),
      );
      expect(added).toEqual([true, true, false]);
      expect((await model.reader.policies('default')).map(({ eventId }) => eventId)).toEqual(['p-1', 'p-2']);
      const { tenant: _, ...expected } = earlier;
      expect(await model.reader.policies('default', 6n)).toEqual([expected]);
    });

    it('says that policies are pending while a sweep is under way', async () => {
      const pending = () => model.reader.policyPending('default', 'new');
      expect(await pending()).toBe(false);
      await model.transaction((transaction) => transaction.endSweep('default', 'old'));
      expect(await pending()).toBe(true);
      await model.transaction((transaction) =>
        transaction.setSweep({ tenant: 'default', stamp: 'new', after: 'c' }),
      );
      expect(await model.transaction((transaction) => transaction.sweeps())).toEqual([
        { tenant: 'default', stamp: 'new', after: 'c' },
      ]);
      expect(await pending()).toBe(true);
      await model.transaction((transaction) => transaction.endSweep('default', 'new'));
      expect(await pending()).toBe(false);
      expect(await model.transaction((transaction) => transaction.stampOf('default'))).toBe('new');
    });

    it('finds links through others, and what is parked among the merged', async () => {
      const link = (survivor: string, merged: string, at: number) =>
        ({
          tenant: 'default',
          type: 'CustomersMerged',
          survivor,
          merged,
          position: BigInt(at),
          ...order(at),
        }) as const;
      const parked = {
        tenant: 'default',
        customer: 'c',
        view: 'queue',
        position: 4n,
        eventId: 'e',
        reason: 'why',
        since: '2026-03-02T12:00:00.000Z',
      };
      await model.transaction(async (transaction) => {
        await transaction.addLinks([link('b', 'c', 2), link('a', 'b', 1), link('x', 'y', 3)]);
        await transaction.regroup(
          'default',
          new Map([
            ['b', 'a'],
            ['c', 'a'],
          ]),
        );
        await transaction.park([parked]);
        expect(await transaction.parkedAmong([{ tenant: 'default', customer: 'a' }])).toEqual([
          { tenant: 'default', customer: 'a', view: 'queue' },
        ]);
      });
      expect(
        (await model.reader.links('default', 'c')).map(({ survivor, merged }) => survivor + merged),
      ).toEqual(['ab', 'bc']);
      expect((await model.reader.links('default', 'c', 1n)).map(({ survivor }) => survivor)).toEqual([]);
      expect(await model.reader.parked('default')).toEqual([parked]);
      expect(await model.reader.parked('other')).toEqual([]);
      await model.transaction(async (transaction) => {
        expect(await transaction.unpark({ tenant: 'default', customer: 'c' })).toEqual([parked]);
        expect(await transaction.parkedAmong([{ tenant: 'default', customer: 'a' }])).toEqual([]);
      });
    });

    it('forgets everything on a reset', async () => {
      await insert(row('c', 1, 1n));
      await save(change('c', { cells: new Map([['k', '1']]) }));
      await model.reset();
      expect(await model.reader.tenants()).toEqual([]);
      expect(await model.reader.checkpoint()).toBe(0n);
      await insert(row('c', 1, 1n));
      expect(await model.reader.head('queue', 'default', 'c')).toBeUndefined();
    });
  });
}

function ask(query: Partial<ListQuery>): ListQuery {
  return { tenant: 'default', where: [], orderBy: { column: 'dueAt', direction: 'asc' }, limit: 9, ...query };
}

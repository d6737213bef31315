import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupRows } from '../row-groups.js';
import type { ColumnValue, DerivedTable, FoundRow, GroupQuery, ListCondition } from '../table.js';
import { canGroup, groupColumns } from './group-columns.js';
import { RowColumns } from './row-columns.js';

const TABLE: DerivedTable = {
  name: 'seen',
  version: 1,
  columns: { at: 'integer', until: 'integer', size: 'integer', team: 'text', word: 'text' },
  indexes: [['at']],
  rows: () => [],
};
const NAMES = Object.keys(TABLE.columns);

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 4 });
const number = fc.integer({ min: -5, max: 60 });
// Texts beyond the basic plane sort after all others, though their first half as a number does not.
const word = fc.constantFrom('a', 'b', 'ä', '\uff61', '\u{1f600}');

interface Row {
  readonly tenant: number;
  readonly columns: { readonly [column: string]: ColumnValue };
}

const row: fc.Arbitrary<Row> = fc.record({
  tenant: fc.integer({ min: 1, max: 2 }),
  columns: fc.record({
    ...{ at: orNull(number), until: orNull(number), size: orNull(number) },
    ...{ team: orNull(word), word: orNull(word) },
  }),
});

const comparison = fc.constantFrom('=', '<', '<=', '>', '>=', 'after-or-null' as const);
const condition: fc.Arbitrary<ListCondition> = fc.oneof(
  fc.record({ column: fc.constantFrom(...NAMES), is: fc.constantFrom('null' as const, 'not-null' as const) }),
  fc.record({ column: fc.constantFrom('size', 'until'), is: comparison, value: number }),
  fc.record({ column: fc.constant('size'), is: comparison, value: number, plus: fc.constant('until') }),
  fc.record({ column: fc.constant('team'), is: comparison, value: word }),
  fc.record({ column: fc.constant('team'), is: fc.constant('in' as const), value: fc.array(word) }),
  fc.record({ column: fc.constant('size'), is: fc.constant('in' as const), value: fc.array(number) }),
  fc.record({
    column: fc.constant('size'),
    is: fc.constant('between' as const),
    value: fc.uniqueArray(number, { minLength: 2, maxLength: 6 }).map((edges) => edges.sort((a, b) => a - b)),
  }),
);

/** Ranges that ascend, some with gaps, two in a bucket now and then. */
const ranges = fc
  .uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 9 })
  .map((edges) => {
    const sorted = edges.sort((a, b) => a - b);
    return sorted.slice(1).flatMap((to, i) => {
      const [bucket, from] = [i >> 1, sorted[i]!];
      return i % 3 === 2
        ? []
        : [{ bucket, from, to, bucketEnd: sorted[Math.min(sorted.length - 1, bucket * 2 + 2)]! }];
    });
  });

const query: fc.Arbitrary<GroupQuery> = fc.record(
  {
    ...{
      tenant: fc.constant('one'),
      where: fc.array(condition, { maxLength: 3 }),
      time: fc.constant('at'),
      ranges,
    },
    by: fc.uniqueArray(fc.constantFrom('team', 'word', 'size'), { maxLength: 3 }),
    ...{ sums: fc.subarray(['size', 'until']), squares: fc.subarray(['size']) },
    counts: fc.record({ some: fc.array(condition, { maxLength: 2 }) }),
    ...{ limit: fc.constantFrom(3, 1_000), replacedAt: fc.constant('until'), spread: fc.constant('size') },
  },
  { requiredKeys: ['tenant', 'where', 'time', 'ranges', 'by', 'sums', 'squares', 'counts', 'limit'] },
);

function kept(rows: readonly Row[]): RowColumns {
  const columns = new RowColumns(TABLE);
  columns.add(NAMES);
  rows.forEach(({ tenant, columns: values }, i) =>
    columns.put(
      i + 1,
      tenant,
      i,
      NAMES.map((name) => values[name]!),
      0,
    ),
  );
  return columns;
}

const found = (rows: readonly Row[]): readonly FoundRow[] =>
  rows
    .filter(({ tenant }) => tenant === 1)
    .map(({ columns }, i) => ({ customer: `c${i}`, key: '', due: null, columns }));

const answer = (ask: () => unknown): unknown => {
  try {
    return ask();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it('12.3: columns give the groups that the rows give', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), query, (rows, asked) => {
      const columns = kept(rows);
      expect(canGroup(columns, asked)).toBe(true);
      expect(answer(() => groupColumns(columns, 1, asked))).toEqual(
        answer(() => groupRows(found(rows), asked)),
      );
    }),
    { numRuns: Number(process.env['CX_RUNS'] ?? 300) },
  );
});

it('12.3: columns leave to SQL what they cannot decide', () => {
  const columns = kept([]);
  const asked: GroupQuery = {
    ...{
      tenant: 'one',
      where: [],
      time: 'at',
      ranges: [],
      by: [],
      sums: [],
      squares: [],
      counts: {},
      limit: 1,
    },
  };
  const where = (...conditions: readonly ListCondition[]) =>
    canGroup(columns, { ...asked, where: conditions });
  expect(where()).toBe(true);
  expect(where({ column: 'customer', is: '=', value: 'a' })).toBe(false);
  expect(where({ column: 'due', is: 'null' })).toBe(false);
  expect(where({ column: 'size', is: '=', value: null })).toBe(false);
  expect(where({ column: 'size', is: '=', value: '1' })).toBe(false);
  expect(where({ column: 'team', is: 'in', value: ['a', null] })).toBe(false);
});

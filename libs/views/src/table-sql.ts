import { LedgerError } from '#event-sourcing';
import type {
  AggregateGroup,
  AggregateQuery,
  ColumnValue,
  DerivedTable,
  ListCondition,
  ListQuery,
} from './table.js';

// What the engines that ask in SQL have in common: which names and values get into a statement, and what its rows mean.

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<', '<=', '>', '>=', 'after-or-null']);

/** A column's name, quoted. Throws `unknown-column`: no other name gets into a statement. */
export function columnSql(definition: DerivedTable, name: string): string {
  if (name === 'due' || name === 'customer' || Object.hasOwn(definition.columns, name)) return `"${name}"`;
  throw new LedgerError('unknown-column', `the table ${definition.name} has no column ${name}`, {
    table: definition.name,
    column: name,
  });
}

/** The value that a column is compared with. Throws `list-condition` where it is several, or no comparison is asked for. */
export function comparedValue({ column, is, value }: ListCondition): ColumnValue {
  if (Array.isArray(value)) throw new LedgerError('list-condition', `${is} takes one value`, { column });
  if (!COMPARISONS.has(is))
    throw new LedgerError('list-condition', `there is no condition ${is}`, { column });
  return (value ?? null) as ColumnValue;
}

/**
 * The conditions of a list, once for each value of an `in` whose column leads an index by the order asked for: each is one
 * range of that index, and the ranges are merged. In one question the engine would read and sort the rows of all values.
 */
export function rangesOf(
  { indexes }: DerivedTable,
  { where, orderBy }: ListQuery,
): readonly (readonly ListCondition[])[] {
  const split = where.find(
    ({ column, is, value }) =>
      is === 'in' &&
      (value as readonly ColumnValue[]).length > 0 &&
      indexes.some(([first, second]) => first === column && second === orderBy.column),
  );
  if (split === undefined) return [where];
  const values = new Set(split.value as readonly ColumnValue[]);
  return [...values].map((value) =>
    where.map((one): ListCondition => (one === split ? { column: split.column, is: '=', value } : one)),
  );
}

/** The groups of rows that have, in this order: the group, rows, customers, the sums, the counts. */
export function groupsOf(
  query: AggregateQuery,
  rows: readonly (readonly unknown[])[],
): readonly AggregateGroup[] {
  const names = Object.keys(query.counts ?? {});
  return rows.map((row) => ({
    group: row[0] as ColumnValue,
    rows: row[1] as number,
    customers: row[2] as number,
    sums: Object.fromEntries(query.sums.map((sum, at) => [sum, row[3 + at] as number])),
    counts: Object.fromEntries(names.map((name, at) => [name, row[3 + query.sums.length + at] as number])),
  }));
}

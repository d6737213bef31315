import { LedgerError } from '#event-sourcing';
import { compareNullLast, meets } from './queries/select-rows.js';
import type { ColumnValue, FoundRow, GroupQuery, RowGroup, TimeRange } from './table.js';

type Asked = Omit<GroupQuery, 'tenant'>;

/** Groups collected from parts (ranges, rows, corrections): equal groups are added, which is exact for integers. */
export class RowGroups {
  private readonly groups = new Map<string, RowGroup & { readonly spread?: number[] }>();

  constructor(private readonly query: Pick<Asked, 'limit'>) {}

  /** Adds a part of a group, or with -1 takes it out. Throws `too-many-groups`. */
  add(part: RowGroup, sign: 1 | -1 = 1): void {
    const key = JSON.stringify([part.bucket, part.values]);
    const before = this.groups.get(key);
    if (before === undefined && this.groups.size >= this.query.limit) throw tooManyGroups(this.query.limit);
    this.groups.set(key, {
      bucket: part.bucket,
      values: part.values,
      rows: (before?.rows ?? 0) + sign * part.rows,
      sums: addedNumbers(before?.sums, part.sums, sign),
      squares: addedNumbers(before?.squares, part.squares, sign),
      counts: addedNumbers(before?.counts, part.counts, sign),
      ...(part.spread && { spread: changeSpread(before?.spread ?? [], part.spread, sign) }),
    });
  }

  /** By bucket, then by their values, null last; groups without rows are left out. */
  all(): readonly RowGroup[] {
    return [...this.groups.values()].filter(({ rows }) => rows > 0).sort(compareGroups);
  }
}

type Numbers = { readonly [name: string]: number };

/** The numbers of `b`, each added to the one of `a` that has its name, or with -1 taken from it. */
export function addedNumbers(a: Numbers = {}, b: Numbers, sign: 1 | -1): Numbers {
  return Object.fromEntries(Object.entries(b).map(([name, value]) => [name, (a[name] ?? 0) + sign * value]));
}

/** Adds values to those of a group, or with -1 takes them out, each as often as it is there. */
function changeSpread(spread: number[], values: readonly number[], sign: 1 | -1): number[] {
  if (sign === 1) {
    for (const value of values) spread.push(value);
    return spread;
  }
  const gone = new Map<number, number>();
  for (const value of values) gone.set(value, (gone.get(value) ?? 0) + 1);
  return spread.filter((value) => {
    const left = gone.get(value) ?? 0;
    if (left > 0) gone.set(value, left - 1);
    return left === 0;
  });
}

function compareGroups(a: RowGroup, b: RowGroup): number {
  if (a.bucket !== b.bucket) return a.bucket - b.bucket;
  for (const [i, value] of a.values.entries()) {
    const order = compareNullLast(value, b.values[i]!);
    if (order !== 0) return order;
  }
  return 0;
}

/** The groups of rows, without an engine: the reference for those that group in SQL. */
export function groupRows(rows: Iterable<FoundRow>, query: Asked): readonly RowGroup[] {
  const groups = new RowGroups(query);
  for (const row of rows) {
    const range = rangeOf(query, row);
    if (range === undefined || !meets(row, query.where)) continue;
    const replaced = query.replacedAt === undefined ? null : row.columns[query.replacedAt]!;
    if (replaced !== null && (replaced as number) < range.bucketEnd) continue;
    const number = (column: string) => Number(row.columns[column] ?? 0);
    groups.add({
      bucket: range.bucket,
      values: query.by.map((column) => row.columns[column] ?? null),
      rows: 1,
      sums: Object.fromEntries(query.sums.map((column) => [column, number(column)])),
      squares: Object.fromEntries(query.squares.map((column) => [column, number(column) * number(column)])),
      counts: Object.fromEntries(
        Object.entries(query.counts).map(([name, conditions]) => [name, meets(row, conditions) ? 1 : 0]),
      ),
      ...(query.spread !== undefined && { spread: known(row.columns[query.spread]) }),
    });
  }
  return groups.all();
}

function known(value: ColumnValue | undefined): readonly number[] {
  return typeof value === 'number' ? [value] : [];
}

function rangeOf({ ranges, time }: Asked, row: FoundRow): TimeRange | undefined {
  const at = row.columns[time];
  if (typeof at !== 'number') return undefined;
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]!.to <= at) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range !== undefined && range.from <= at ? range : undefined;
}

/** The error of a question with more groups than an answer may have. */
export function tooManyGroups(limit: number): LedgerError {
  return new LedgerError(
    'too-many-groups',
    `the answer would have more than ${limit} groups: ask for a shorter period, longer buckets or fewer dimensions`,
    { limit },
  );
}

/** A group from a row of SQL that has, from `at` on: the values, the number of rows, sums, squares, counts, the spread as JSON. */
export function rowGroupOf(query: GroupQuery, bucket: number, row: readonly unknown[], at = 0): RowGroup {
  const named = (names: readonly string[], from: number) =>
    Object.fromEntries(names.map((name, i) => [name, Number(row[from + i])]));
  const rows = at + query.by.length;
  const { sums, squares, counts } = query;
  return {
    bucket,
    values: row.slice(at, rows) as RowGroup['values'],
    rows: Number(row[rows]),
    sums: named(sums, rows + 1),
    squares: named(squares, rows + 1 + sums.length),
    counts: named(Object.keys(counts), rows + 1 + sums.length + squares.length),
    ...(query.spread !== undefined && { spread: spreadOf(row.at(-1)) }),
  };
}

function spreadOf(json: unknown): readonly number[] {
  return typeof json === 'string' ? (JSON.parse(json) as readonly number[]) : [];
}

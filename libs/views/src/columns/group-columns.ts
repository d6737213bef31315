import { compareNullLast } from '../queries/select-rows.js';
import { tooManyGroups } from '../row-groups.js';
import type { ColumnValue, GroupQuery, RowGroup } from '../table.js';
import { allOf, isDecidable } from './predicate.js';
import { RangeFinder } from './range-finder.js';
import type { RowColumns } from './row-columns.js';

/** Groups that are numbered in an array; more combinations are looked up. */
const NUMBERED_AT_MOST = 4_000_000;

/** The columns that a question needs. */
export function columnsOf(query: GroupQuery): readonly string[] {
  const conditions = [...query.where, ...Object.values(query.counts).flat()];
  const named = conditions.flatMap(({ column, plus }) => (plus === undefined ? [column] : [column, plus]));
  const others = [query.replacedAt, query.spread].filter((name) => name !== undefined);
  return [...new Set([query.time, ...others, ...query.by, ...query.sums, ...query.squares, ...named])];
}

/** Whether a question can be answered from columns that are there. */
export function canGroup(columns: RowColumns, query: GroupQuery): boolean {
  if (!columnsOf(query).every((name) => columns.has(name))) return false;
  return [...query.where, ...Object.values(query.counts).flat()].every((one) => isDecidable(columns, one));
}

/** Rows of a tenant counted and summed, as `ReadSnapshot.group` describes it. Throws `too-many-groups`. */
export function groupColumns(columns: RowColumns, tenant: number, query: GroupQuery): readonly RowGroup[] {
  const { tenants, size } = columns;
  const times = columns.numbers(query.time);
  const finder = new RangeFinder(query.ranges);
  const isAsked = allOf(columns, query.where);
  const replacedAt = query.replacedAt === undefined ? undefined : columns.numbers(query.replacedAt);
  const ends = Float64Array.from(query.ranges, ({ bucketEnd }) => bucketEnd);
  const groups = new Groups(columns, query);
  for (let row = 0; row < size; row++) {
    if (tenants[row] !== tenant) continue;
    const range = finder.of(times[row]!);
    if (range < 0 || !isAsked(row)) continue;
    if (replacedAt !== undefined && replacedAt[row]! < ends[range]!) continue;
    groups.add(row, range);
  }
  return groups.all();
}

/** One of the columns by which rows are grouped: a small number for each value. */
interface Dimension {
  /** Greater than every code. */
  readonly codes: number;
  codeOf(row: number): number;
  valueOf(code: number): ColumnValue;
}

class Groups {
  private readonly dimensions: readonly Dimension[];
  private readonly bucketOf: Uint32Array;
  /** Groups by their combination of codes; undefined where there are too many combinations. */
  private readonly numbers: Int32Array | undefined;
  /** Whether a combination can be one number. */
  private readonly isExact: boolean;
  private readonly found = new Map<number | string, number>();
  private readonly keys: number[][] = [];
  private readonly rows: number[] = [];
  private readonly sums: readonly Sum[];
  private readonly counts: readonly { readonly name: string; readonly sum: Sum }[];
  private readonly spread: Spread | undefined;

  constructor(
    columns: RowColumns,
    private readonly query: GroupQuery,
  ) {
    this.dimensions = query.by.map((name) => dimensionOf(columns, name, query.limit));
    this.bucketOf = Uint32Array.from(query.ranges, ({ bucket }) => bucket);
    const buckets = this.bucketOf.reduce((most, bucket) => Math.max(most, bucket), 0) + 1;
    const combinations = this.dimensions.reduce((product, { codes }) => product * codes, buckets);
    if (combinations <= NUMBERED_AT_MOST) this.numbers = new Int32Array(combinations).fill(-1);
    this.isExact = combinations <= Number.MAX_SAFE_INTEGER;
    const known = (name: string, of: (value: number) => number) => {
      const values = columns.numbers(name);
      return new Sum((row) => (Number.isNaN(values[row]) ? 0 : of(values[row]!)));
    };
    this.sums = [
      ...query.sums.map((name) => known(name, (value) => value)),
      ...query.squares.map((name) => known(name, (value) => value * value)),
    ];
    if (query.spread !== undefined) this.spread = new Spread(columns.numbers(query.spread));
    this.counts = Object.entries(query.counts).map(([name, conditions]) => {
      const isCounted = allOf(columns, conditions);
      return { name, sum: new Sum((row) => (isCounted(row) ? 1 : 0)) };
    });
  }

  add(row: number, range: number): void {
    const group = this.groupOf(row, range);
    this.rows[group]! += 1;
    for (const sum of this.sums) sum.add(group, row);
    for (const { sum } of this.counts) sum.add(group, row);
    this.spread?.add(group, row);
  }

  /** By bucket, then values, null last. */
  all(): readonly RowGroup[] {
    const { sums, squares } = this.query;
    const named = (names: readonly string[], from: number, group: number) =>
      Object.fromEntries(names.map((name, i) => [name, this.sums[from + i]!.of(group)]));
    return this.ordered().map((group) => {
      const [bucket, ...codes] = this.keys[group]!;
      return {
        bucket: bucket!,
        values: codes.map((code, i) => this.dimensions[i]!.valueOf(code)),
        rows: this.rows[group]!,
        sums: named(sums, 0, group),
        squares: named(squares, sums.length, group),
        counts: Object.fromEntries(this.counts.map(({ name, sum }) => [name, sum.of(group)])),
        ...(this.spread && { spread: this.spread.of(group) }),
      };
    });
  }

  private groupOf(row: number, range: number): number {
    const bucket = this.bucketOf[range]!;
    if (this.numbers === undefined) return this.lookedUp(row, bucket);
    let key = bucket;
    for (const { codes, codeOf } of this.dimensions) key = key * codes + codeOf(row);
    const group = this.numbers[key]!;
    return group >= 0 ? group : (this.numbers[key] = this.begin(bucket, row));
  }

  private lookedUp(row: number, bucket: number): number {
    let key: number | string = bucket;
    for (const { codes, codeOf } of this.dimensions)
      key = this.isExact ? (key as number) * codes + codeOf(row) : `${key} ${codeOf(row)}`;
    let group = this.found.get(key);
    if (group === undefined) this.found.set(key, (group = this.begin(bucket, row)));
    return group;
  }

  private begin(bucket: number, row: number): number {
    if (this.keys.length >= this.query.limit) throw tooManyGroups(this.query.limit);
    this.rows.push(0);
    for (const sum of this.sums) sum.begin();
    for (const { sum } of this.counts) sum.begin();
    this.spread?.begin();
    return this.keys.push([bucket, ...this.dimensions.map(({ codeOf }) => codeOf(row))]) - 1;
  }

  private ordered(): readonly number[] {
    const ranks = this.dimensions.map((dimension, i) => {
      const codes = [...new Set(this.keys.map((key) => key[i + 1]!))];
      codes.sort((a, b) => compareNullLast(dimension.valueOf(a), dimension.valueOf(b)));
      return new Map(codes.map((code, rank) => [code, rank]));
    });
    const places = this.keys.map(([bucket, ...codes]) => [
      bucket!,
      ...codes.map((code, i) => ranks[i]!.get(code)!),
    ]);
    return places.map((_, group) => group).sort((a, b) => comparePlaces(places[a]!, places[b]!));
  }
}

function comparePlaces(a: readonly number[], b: readonly number[]): number {
  for (const [i, place] of a.entries()) if (place !== b[i]) return place - b[i]!;
  return 0;
}

/** A number for each group, to which rows add. */
class Sum {
  private readonly totals: number[] = [];

  constructor(private readonly valueOf: (row: number) => number) {}

  begin(): void {
    this.totals.push(0);
  }

  add(group: number, row: number): void {
    this.totals[group]! += this.valueOf(row);
  }

  of(group: number): number {
    return this.totals[group]!;
  }
}

/** All values of each group. */
class Spread {
  private readonly found: number[][] = [];

  constructor(private readonly values: Float64Array) {}

  begin(): void {
    this.found.push([]);
  }

  add(group: number, row: number): void {
    const value = this.values[row]!;
    if (!Number.isNaN(value)) this.found[group]!.push(value);
  }

  of(group: number): readonly number[] {
    return this.found[group]!;
  }
}

function dimensionOf(columns: RowColumns, name: string, limit: number): Dimension {
  const text = columns.texts(name);
  if (text !== undefined) {
    const { codes, texts } = text;
    return { codes: texts.length, codeOf: (row) => codes[row]!, valueOf: (code) => texts[code]! };
  }
  const values = columns.numbers(name);
  const found: ColumnValue[] = [null];
  const codeOf = new Map<number, number>([[NaN, 0]]);
  return {
    // Each value makes a group at least, and more groups than allowed are refused.
    codes: limit + 3,
    codeOf: (row) => {
      const value = values[row]!;
      let code = codeOf.get(value);
      if (code === undefined) codeOf.set(value, (code = found.push(value) - 1));
      return code;
    },
    valueOf: (code) => found[code]!,
  };
}

import type { ColumnValue, GroupQuery, ListCondition, TableRows, TimeRange } from '#views';
import type { Kind, Measure } from '../measure.js';
import { Tally } from '../tally.js';
import { rangesOf, type Span } from '../time/buckets.js';

/** Groups that one reading may make. */
const GROUPS_AT_MOST = 20_000;

/** The earliest time (ms) that Date knows. */
const BEGINNING = -8.64e15;

/** Which rows of a measure are asked for, and how they are divided. */
export interface FiguresQuestion {
  readonly measure: Measure;
  readonly kind: Kind;
  readonly buckets: readonly Span[];
  /** The ranges of time that buckets consist of. */
  ranges(buckets: readonly Span[]): readonly TimeRange[];
  /** Columns to group by. */
  readonly by: readonly string[];
  readonly where: readonly ListCondition[];
}

/** What was counted in one bucket for one combination of values. */
export interface Cell {
  readonly bucket: number;
  readonly values: readonly ColumnValue[];
  readonly tally: Tally;
}

/** The cells of a measure, by bucket, then values. */
export async function cellsOf(rows: TableRows, question: FiguresQuestion): Promise<readonly Cell[]> {
  const { stock } = question.measure;
  return stock === undefined ? bookedCells(rows, question) : stockCells(rows, question, stock);
}

async function bookedCells(rows: TableRows, question: FiguresQuestion): Promise<readonly Cell[]> {
  const { measure, kind, buckets, by, where } = question;
  const groups = await rows.group({
    ...grouping(kind),
    where,
    time: measure.time,
    ranges: question.ranges(buckets),
    by: kind.values === undefined ? by : [...by, kind.values],
    ...(measure.replacedAt !== undefined && { replacedAt: measure.replacedAt }),
  });
  const cells = new Cells();
  for (const group of groups) {
    const values = group.values.slice(0, by.length);
    const value = kind.values === undefined ? undefined : group.values[by.length];
    cells.of(group.bucket, values).add(group, value);
  }
  return cells.all;
}

/** Rows there at the end of each bucket: all that entered before it, less all that left before it. */
async function stockCells(
  rows: TableRows,
  question: FiguresQuestion,
  { enters, leaves }: NonNullable<Measure['stock']>,
): Promise<readonly Cell[]> {
  const { buckets, by, where } = question;
  const until: readonly Span[] = [{ from: BEGINNING, to: buckets[0]!.from }, ...buckets];
  const asked = (time: string) =>
    rows.group({
      ...grouping(question.kind),
      ...{ where, time, ranges: rangesOf(until), by },
    });
  const [entered, left] = [await asked(enters), await asked(leaves)];
  const moved = new Cells();
  for (const group of entered) moved.of(group.bucket, group.values).add(group);
  for (const group of left) moved.of(group.bucket, group.values).take(group);
  return levels(moved, buckets.length);
}

/** What is there at the end of each bucket, from what came and went in it; bucket 0 is all before the first. */
function levels(moved: Cells, buckets: number): readonly Cell[] {
  const cells = new Cells();
  for (const values of moved.combinations) {
    const level = new Tally();
    for (let bucket = 0; bucket <= buckets; bucket++) {
      const change = moved.find(bucket, values);
      if (change !== undefined) level.add(change);
      if (bucket > 0 && level.rows !== 0) cells.of(bucket - 1, values).add(level);
    }
  }
  return cells.all;
}

function grouping({
  sums = [],
  squares = [],
  counts = {},
  spread,
}: Kind): Pick<GroupQuery, 'sums' | 'squares' | 'counts' | 'spread' | 'limit'> {
  return { sums, squares, counts, limit: GROUPS_AT_MOST, ...(spread !== undefined && { spread }) };
}

/** Cells by bucket and values. */
class Cells {
  private readonly cells = new Map<string, Cell>();

  of(bucket: number, values: readonly ColumnValue[]): Tally {
    const key = JSON.stringify([bucket, values]);
    let cell = this.cells.get(key);
    if (cell === undefined) {
      cell = { bucket, values, tally: new Tally() };
      this.cells.set(key, cell);
    }
    return cell.tally;
  }

  find(bucket: number, values: readonly ColumnValue[]): Tally | undefined {
    return this.cells.get(JSON.stringify([bucket, values]))?.tally;
  }

  get all(): readonly Cell[] {
    return [...this.cells.values()].sort((a, b) => a.bucket - b.bucket);
  }

  /** Each combination of values once. */
  get combinations(): readonly (readonly ColumnValue[])[] {
    const found = new Map(this.all.map(({ values }) => [JSON.stringify(values), values]));
    return [...found.values()];
  }
}

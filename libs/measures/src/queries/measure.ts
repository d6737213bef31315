import { formatTime } from '#event-sourcing';
import {
  type QueryContext,
  schema,
  type TableRows,
  type TableFrame,
  type TablesMoment,
  tableFrame,
  type TypeOf,
  withTables,
} from '#views';
import type { DimensionName } from '../dimensions.js';
import { type Measure, UNITS } from '../measure.js';
import { Tally } from '../tally.js';
import { BUCKETS, bucketsOf, type Span } from '../time/buckets.js';
import { comparedPeriod } from '../time/period.js';
import { customerConditions } from './customers-of.js';
import { figureMembers, figureSchema, publishedFigure } from './figure-schema.js';
import { type Cell, cellsOf } from './figures.js';
import { groupingOf } from './filters.js';
import { type MeasureQuestion, type MeasureScope, scopeOf } from './measure-question.js';
import { policyChangesIn, policyChangesSchema } from './policy-changes.js';
import { rowsLinks } from './rows-link.js';

const { list, nullable, object, oneOf, optional, text, time } = schema;

const period = object({ from: time(), to: time('exclusive') });
const rowsText = text('where the rows behind the figure are listed: their number is `n`');

/** A measure over time. */
export function measureSchema(measure: Measure) {
  const names = Object.keys(measure.dimensions) as DimensionName[];
  const by = object(Object.fromEntries(names.map((name) => [name, optional(nullable(text()))])));
  return object({
    ...tableFrame,
    measure: text(),
    unit: oneOf(UNITS),
    from: time(),
    to: time('exclusive'),
    tz: text(),
    bucket: optional(oneOf(BUCKETS)),
    hours: optional(text('only what is booked within them counts')),
    by: list(oneOf(names)),
    compared: optional(period),
    policyChanges: policyChangesSchema,
    total: object(
      { ...figureMembers, rows: rowsText, before: optional(figureSchema) },
      'of the whole period',
    ),
    items: list(
      object({
        from: time(),
        to: time('exclusive'),
        by: optional(by),
        ...figureMembers,
        rows: rowsText,
        before: optional(nullable(figureSchema)),
      }),
      'one for each bucket and combination of values; with `compare` each has what was `before`, null where nothing was',
    ),
  });
}

export type MeasureAnswer = TypeOf<ReturnType<typeof measureSchema>>;

/** Answers a measure. Throws `invalid-question`, `unknown-measure`, `too-many-groups`. */
export function measureOverTime(query: QueryContext, question: MeasureQuestion): Promise<MeasureAnswer> {
  return withTables(query, question, (moment) => measureAt(moment, question));
}

/** Answers a measure at a moment, which several measures can share. Throws as `measureOverTime` does. */
export async function measureAt(moment: TablesMoment, question: MeasureQuestion): Promise<MeasureAnswer> {
  const scope = scopeOf(question, moment.context);
  const { measure, kind, period } = scope;
  const rows = await moment.rowsOf(measure.table);
  const by = groupingOf(measure, question.by);
  const where = [...scope.where, ...(await customerConditions(moment, measure))];
  const read = (span: Span) => readPeriod(rows, { ...scope, where }, question, by, span);
  const reading = await read(period);
  const span =
    question.compare === undefined ? undefined : comparedPeriod(question.compare, period, scope.zone);
  const before = span && (await read(span));
  const link = rowsLinks(question, by);
  const spans = reading.buckets.map(spanText);
  const figure = (tally: Tally, end: number) => publishedFigure(kind, tally, end);
  return {
    ...(await frameOf(moment, [measure])),
    ...{ measure: measure.name, unit: kind.unit, ...spanText(period), tz: scope.zone },
    ...(question.bucket !== undefined && { bucket: question.bucket }),
    by,
    ...(question.hours !== undefined && { hours: question.hours }),
    ...(span && { compared: spanText(span) }),
    policyChanges: policyChangesIn(moment.book, period),
    total: {
      ...figure(reading.total, period.to),
      rows: link(period),
      ...(before && { before: figure(before.total, span!.to) }),
    },
    items: pairs(reading, before).map(({ bucket, values, tally, past }) => ({
      ...spans[bucket]!,
      ...(by.length > 0 && {
        by: Object.fromEntries(by.map((name, i) => [name, values[i] as string | null])),
      }),
      ...figure(tally, reading.buckets[bucket]!.to),
      rows: link(reading.buckets[bucket]!, values),
      ...(before && { before: past === undefined ? null : figure(past, before.buckets[bucket]!.to) }),
    })),
  };
}

/** What surrounds an answer from all tables that some measures rest on. */
export async function frameOf(moment: TablesMoment, measures: readonly Measure[]): Promise<TableFrame> {
  const tables = new Set(
    measures.flatMap(({ table, customers }) => (customers ? [table, customers.table] : [table])),
  );
  return moment.frameOf(...(await Promise.all([...tables].map((table) => moment.rowsOf(table)))));
}

/** What was counted in a period. */
interface Reading {
  readonly buckets: readonly Span[];
  readonly cells: readonly Cell[];
  /** Of the whole period. */
  readonly total: Tally;
}

async function readPeriod(
  rows: TableRows,
  { measure, kind, zone, where, ranges }: MeasureScope,
  { bucket }: MeasureQuestion,
  dimensions: readonly DimensionName[],
  span: Span,
): Promise<Reading> {
  const buckets = bucketsOf(span, bucket, zone);
  const by = dimensions.map((name) => measure.dimensions[name]!);
  const read = (spans: readonly Span[], columns: readonly string[]) =>
    cellsOf(rows, { measure, kind, ranges, buckets: spans, by: columns, where });
  const cells = await read(buckets, by);
  // Cells are added up; what is counted once a bucket, or at its end, can be only within one bucket.
  const isSum = buckets.length === 1 || (measure.stock === undefined && measure.replacedAt === undefined);
  const [whole] = isSum ? [sumOf(cells)] : (await read([span], [])).map(({ tally }) => tally);
  return {
    buckets,
    cells: by.length > 0 ? cells : filled(cells, buckets.length),
    total: whole ?? new Tally(),
  };
}

function sumOf(cells: readonly Cell[]): Tally {
  const total = new Tally();
  for (const { tally } of cells) total.addTally(tally);
  return total;
}

/** A series without dimensions has every bucket, also those without a case. */
function filled(cells: readonly Cell[], buckets: number): readonly Cell[] {
  const found = new Map(cells.map((cell) => [cell.bucket, cell]));
  return Array.from(
    { length: buckets },
    (_, bucket) => found.get(bucket) ?? { bucket, values: [], tally: new Tally() },
  );
}

interface Pair extends Cell {
  /** The same bucket of the other period, by its number, with the same values. */
  readonly past?: Tally;
}

/** Each cell with the one it is compared with; what was there only before is shown as nothing now. */
function pairs(now: Reading, before: Reading | undefined): readonly Pair[] {
  if (before === undefined) return now.cells;
  const key = ({ bucket, values }: Cell) => JSON.stringify([bucket, values]);
  const past = new Map(before.cells.map((cell) => [key(cell), cell]));
  const known = new Set(now.cells.map(key));
  const gone = [...past.values()].filter((cell) => !known.has(key(cell)) && cell.bucket < now.buckets.length);
  return [
    ...now.cells.map((cell) => ({ ...cell, past: past.get(key(cell))?.tally })),
    ...gone.map(({ bucket, values, tally }) => ({ bucket, values, tally: new Tally(), past: tally })),
  ].sort((a, b) => a.bucket - b.bucket);
}

function spanText({ from, to }: Span) {
  return { from: formatTime(from), to: formatTime(to) };
}

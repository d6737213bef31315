import type { CustomerState } from '#customer';
import type { ViewContext } from '#scoring';

/** A value in a derived table's column: text, a number (times in ms), or null. Flags are 0 and 1. */
export type ColumnValue = string | number | null;

export type ColumnType = 'text' | 'integer' | 'real';

/** What an engine needs to know of a derived table. */
export interface TableDefinition {
  /** `customers`, `issues`. */
  readonly name: string;
  /** Raised when the rows of the same customer become others: a job derives the table again beside the old one. */
  readonly version: number;
  readonly columns: { readonly [column: string]: ColumnType };
  /**
   * Column sequences to index; the tenant comes before each of them by itself, customer and key behind, so that an empty one
   * serves lists in the order of customers. `(due)` is always indexed.
   */
  readonly indexes: readonly (readonly string[])[];
  /** Columns of times (ms) by which `GroupQuery` finds rows; each has an index of the rows where it is known. */
  readonly times?: readonly string[];
}

/** One row of one person; `key` is unique within the person, '' where a person has one row at most. */
export interface TableRow {
  readonly key: string;
  readonly columns: { readonly [column: string]: ColumnValue };
  /** Until when (ms, exclusive) silence keeps the row right; null: for ever. */
  readonly due: number | null;
  /** By which an engine that has stored the row finds it again; it may be another row's by now. */
  rowNumber?: number;
  /** Whether the columns are these, where an engine compares them without making `columns`. */
  hasColumns?(columns: TableRow['columns']): boolean;
}

/** A table of rows derived from persons' folded states, for questions across customers. */
export interface DerivedTable extends TableDefinition {
  /**
   * A column that is null only in a row that is there for its `due`, and that no query sees: of a person of whom nothing
   * is known yet, since all its facts lie ahead of the clock, or who has no other row. Absent: the table holds no such rows.
   * Engines may leave such rows out of `indexes`, so it should be a column that seldom changes.
   */
  readonly knownBy?: string;
  /** All rows of a person have one `due`: time may also add rows then, and take them away. */
  readonly duesAreOne?: true;
  /** The rows of one person at `context.asOf`, in the order of their keys. */
  rows(state: CustomerState, context: ViewContext): readonly TableRow[];
  /**
   * Only the rows that facts have changed since `state.markDerived()`, for tables in which a person may have very many:
   * of the others none has gone, and none is another but for those that are due. Absent: `rows` is cheap.
   */
  changedRows?(state: CustomerState, context: ViewContext): readonly TableRow[];
}

/**
 * A condition on a column, on `due` or on `customer` (the survivor). `after-or-null` is `> value or null`; `between` is met
 * within one of the spans from the first to the second of `value`, from the third to the fourth and so on, ends excluded.
 */
export interface ListCondition {
  readonly column: string;
  readonly is: '=' | 'in' | '<' | '<=' | '>' | '>=' | 'null' | 'not-null' | 'after-or-null' | 'between';
  readonly value?: ColumnValue | readonly ColumnValue[];
  /** Compared with the number in this column of the same row plus `value`; not met where it is null. */
  readonly plus?: string;
}

/** The last row of the page before. */
export interface ListPlace {
  readonly value: ColumnValue;
  readonly customer: string;
  readonly key: string;
}

export interface ListQuery {
  readonly tenant: string;
  readonly where: readonly ListCondition[];
  /** Rows of one value go by customer, then key, ascending (by code points). Nulls come last in both directions. */
  readonly orderBy: { readonly column: string; readonly direction: 'asc' | 'desc' };
  readonly limit: number;
  readonly after?: ListPlace;
}

/** A row found, with whose it is: the survivor. */
export interface FoundRow extends TableRow {
  readonly customer: string;
}

export interface AggregateQuery {
  readonly tenant: string;
  readonly where: readonly ListCondition[];
  /** Group by this column, or by `customer` (the survivor); absent: one group of all. */
  readonly groupBy?: string;
  /** Numeric columns to sum. */
  readonly sums: readonly string[];
  /** Counted per group: the rows that meet each named set of conditions. */
  readonly counts?: { readonly [name: string]: readonly ListCondition[] };
}

export interface AggregateGroup {
  readonly group: ColumnValue;
  readonly rows: number;
  /** Different customers among them. */
  readonly customers: number;
  readonly sums: { readonly [column: string]: number };
  readonly counts: { readonly [name: string]: number };
}

/** A part of the time axis; a bucket may have several. */
export interface TimeRange {
  readonly bucket: number;
  /** Milliseconds: from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  /** When (ms, exclusive) the bucket ends. */
  readonly bucketEnd: number;
}

/** Rows of a derived table counted and summed by time and by the values of columns. */
export interface GroupQuery {
  readonly tenant: string;
  readonly where: readonly ListCondition[];
  /** The column (ms) by which a row belongs to a range: one of the table's `times`. */
  readonly time: string;
  /** Ascending, without overlaps. */
  readonly ranges: readonly TimeRange[];
  /** Columns whose values make the groups of a bucket. */
  readonly by: readonly string[];
  /** Numeric columns to sum. */
  readonly sums: readonly string[];
  /** Numeric columns whose squares are summed, for the spread around a mean. */
  readonly squares: readonly string[];
  /** Counted per group: the rows that meet each named set of conditions. */
  readonly counts: { readonly [name: string]: readonly ListCondition[] };
  /** A column of numbers of which each group gives every value, as percentiles need them. */
  readonly spread?: string;
  /** A column with the time (ms) at which a later row replaces this one: a row replaced within its bucket is left out. */
  readonly replacedAt?: string;
  /** Throws `too-many-groups` beyond this number of groups. */
  readonly limit: number;
}

/** Rows of one bucket with the same values. */
export interface RowGroup {
  readonly bucket: number;
  /** In the order of `GroupQuery.by`. */
  readonly values: readonly ColumnValue[];
  readonly rows: number;
  readonly sums: { readonly [column: string]: number };
  readonly squares: { readonly [column: string]: number };
  readonly counts: { readonly [name: string]: number };
  /** With `GroupQuery.spread`: the values that are not null, in no particular order. */
  readonly spread?: readonly number[];
}

/** A value in a list's column: text, a number (times in ms), or null. Flags are 0 and 1. */
export type ColumnValue = string | number | null;

export type ColumnType = 'text' | 'integer' | 'real';

/** The columns of a list across customers, and the column sequences to index (tenant comes before each by itself). */
export interface ListDefinition {
  readonly columns: { readonly [column: string]: ColumnType };
  readonly indexes: readonly (readonly string[])[];
  /** Columns whose value drifts with time alone: re-scored by the tick, left out when views are compared. */
  readonly drifting: readonly string[];
}

/** One row of a list; `key` is unique within the customer. */
export interface ListRow {
  readonly key: string;
  readonly columns: { readonly [column: string]: ColumnValue };
}

/** A condition on a column. `not-before` and its like compare; `after-or-null` is `> value or null`. */
export interface ListCondition {
  readonly column: string;
  readonly is: '=' | 'in' | '<' | '<=' | '>' | '>=' | 'null' | 'not-null' | 'after-or-null';
  readonly value?: ColumnValue | readonly ColumnValue[];
}

export interface ListQuery {
  readonly tenant: string;
  readonly where: readonly ListCondition[];
  /** Rows of one value go by customer, then key, in the same direction (by code points). */
  readonly orderBy: { readonly column: string; readonly direction: 'asc' | 'desc' };
  readonly limit: number;
  /** The last row of the page before: its order value, customer and key. Nulls come last in both directions. */
  readonly after?: { readonly value: ColumnValue; readonly customer: string; readonly key: string };
}

/** A row found, with whose it is. */
export interface FoundRow extends ListRow {
  readonly customer: string;
}

export interface AggregateQuery {
  readonly tenant: string;
  readonly where: readonly ListCondition[];
  /** Group by this column; absent: one group of all. */
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

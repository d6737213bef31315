/** Cells in the order of some columns; undefined where missing. */
export type Cells = readonly (string | undefined)[];

/**
 * A row as the rules see it: the cells of the columns that the mapping reads (undefined where missing), those of
 * the row before of the same key, and the row's number from 1.
 */
export interface Row {
  readonly number: number;
  readonly cells: Cells;
  /** Undefined on the first row of a key, and where the mapping has no key. */
  readonly before: Cells | undefined;
}

/** The index of a column's cell in `Row.cells`. */
export type ColumnIndex = (column: string) => number;

import type { ColumnValue } from '../table.js';

/** One column of a table in memory: a value for each row number. */
export interface Column {
  /** Bytes a row. */
  readonly width: number;
  /** Makes room for row numbers below `capacity`. */
  grow(capacity: number): void;
  /** False: the column cannot hold the value, and is of no use any more. */
  set(row: number, value: ColumnValue): boolean;
}

/** Numbers; NaN stands for null. */
export class NumberColumn implements Column {
  readonly width = 8;
  values = new Float64Array(0);

  grow(capacity: number): void {
    this.values = grown(this.values, new Float64Array(capacity));
  }

  set(row: number, value: ColumnValue): boolean {
    this.values[row] = value === null ? NaN : (value as number);
    return typeof value !== 'string';
  }
}

/** Different texts that a column can have. */
const TEXTS_AT_MOST = 65_535;

/** Texts of which there are few: each row has the number of its text; 0 stands for null. */
export class TextColumn implements Column {
  readonly width = 2;
  codes = new Uint16Array(0);
  readonly texts: ColumnValue[] = [null];
  private readonly codeOf = new Map<ColumnValue, number>([[null, 0]]);

  grow(capacity: number): void {
    this.codes = grown(this.codes, new Uint16Array(capacity));
  }

  set(row: number, value: ColumnValue): boolean {
    let code = this.codeOf.get(value);
    if (code === undefined) {
      if (this.texts.length > TEXTS_AT_MOST) return false;
      code = this.texts.push(value) - 1;
      this.codeOf.set(value, code);
    }
    this.codes[row] = code;
    return true;
  }
}

/** The same values in a longer array. */
export function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

import type { ColumnValue, DerivedTable } from '../table.js';
import { type Column, grown, NumberColumn, TextColumn } from './column.js';

/** Bytes of a row beside its columns: whose it is. */
const OWNER_BYTES = 8;

/**
 * Some columns of a derived table in memory, by row number, for questions that count and sum many rows: reading a
 * number in an array costs a hundredth of what it costs to take it out of a row of a database. Row numbers are small
 * integers that an engine gives; a number without a row is left out.
 */
export class RowColumns {
  /** By row number; 0: there is no such row. */
  tenants = new Uint32Array(0);
  private persons = new Uint32Array(0);
  private readonly columns = new Map<string, Column>();
  /** Row numbers are below it. */
  size = 0;

  constructor(readonly definition: DerivedTable) {}

  /** About how many bytes a number of rows takes with these columns. */
  static bytesOf({ columns }: DerivedTable, names: readonly string[], rows: number): number {
    const widths = names.map((name) => (columns[name] === 'text' ? 2 : 8));
    return rows * widths.reduce<number>((sum, width) => sum + width, OWNER_BYTES);
  }

  get names(): readonly string[] {
    return [...this.columns.keys()];
  }

  get bytes(): number {
    return RowColumns.bytesOf(this.definition, this.names, this.tenants.length);
  }

  has(name: string): boolean {
    return this.columns.has(name);
  }

  numbers(name: string): Float64Array {
    return (this.columns.get(name) as NumberColumn).values;
  }

  texts(name: string): TextColumn | undefined {
    const column = this.columns.get(name);
    return column instanceof TextColumn ? column : undefined;
  }

  /** Begins to keep columns, which have no values yet. */
  add(names: readonly string[]): void {
    for (const name of names) {
      const column = this.definition.columns[name] === 'text' ? new TextColumn() : new NumberColumn();
      column.grow(this.tenants.length);
      this.columns.set(name, column);
    }
  }

  /** Takes over columns that were filled beside these. */
  take(other: RowColumns): void {
    this.reserve(other.tenants.length);
    for (const [name, column] of other.columns) {
      column.grow(this.tenants.length);
      this.columns.set(name, column);
    }
  }

  /** Puts a row, with the values of all columns in the order of `names`. False: some column cannot hold its value. */
  put(row: number, tenant: number, person: number, values: readonly unknown[], from: number): boolean {
    this.reserve(row + 1);
    if (row >= this.size) this.size = row + 1;
    this.tenants[row] = tenant;
    this.persons[row] = person;
    let at = from;
    let fits = true;
    for (const column of this.columns.values()) fits = column.set(row, values[at++] as ColumnValue) && fits;
    return fits;
  }

  /** Takes away the rows of persons that are not among those that they have: row numbers by person. */
  keepOnly(rows: ReadonlyMap<number, ReadonlySet<number>>): void {
    for (let row = 0; row < this.size; row++) {
      if (this.tenants[row] === 0) continue;
      const known = rows.get(this.persons[row]!);
      if (known !== undefined && !known.has(row)) this.tenants[row] = 0;
    }
  }

  /** Makes room for row numbers below a number: half as many again, so that rows can be added one by one. */
  private reserve(rows: number): void {
    if (rows <= this.tenants.length) return;
    const capacity = Math.max(1_024, rows, Math.ceil(this.tenants.length * 1.5));
    this.tenants = grown(this.tenants, new Uint32Array(capacity));
    this.persons = grown(this.persons, new Uint32Array(capacity));
    for (const column of this.columns.values()) column.grow(capacity);
  }
}

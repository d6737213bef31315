import {
  byKey,
  type DerivedRows,
  type Differences,
  differencesOfRange,
  type DifferingRows,
  EXAMPLES,
  type RowsChange,
} from '#projector';
import type { ColumnValue, DerivedTable, TableRow } from '#views';
import type { Row } from './connection.js';
import { COLUMNS, DUE, KEY, type PackedRows, PERSON, pushStored } from './stored-row.js';

/** Where the stored rows are read. */
export interface RowSource {
  definition(table: string): DerivedTable;
  tenantId(name: string): number | undefined;
  /** The rows that readers see of persons by their numbers, as they are stored; by person and key. */
  rowsBetween(table: string, least: number, most: number): readonly Row[];
  /** Throws `customer-damaged` for a row of `rowsBetween` that is not the one that was written. */
  checkRow(table: string, row: Row): void;
}

/** The rows of one person among the packed ones. */
interface PackedChange {
  readonly change: Omit<RowsChange, 'put'>;
  /** Its place among all changes of the range. */
  readonly place: number;
  readonly from: number;
  readonly to: number;
}

/** The rows of a range as they are stored: no row is kept as an object, nor is one that is equal to the row that readers see. */
export class RangeRows implements DerivedRows {
  readonly rows = [];
  private readonly tables = new Map<string, PackedTable>();
  private readonly tenants = new Map<string, number>();
  private changes = 0;

  constructor(
    private readonly source: RowSource,
    /** Tables whose rows readers see and that are of this program's version. */
    private readonly kept: readonly DerivedTable[],
  ) {}

  add(change: RowsChange): void {
    const { table, tenant } = change;
    let packed = this.tables.get(table);
    if (packed === undefined)
      this.tables.set(table, (packed = new PackedTable(this.source.definition(table))));
    let id = this.tenants.get(tenant);
    if (id === undefined) this.tenants.set(tenant, (id = this.source.tenantId(tenant)!));
    packed.add(change, id, this.changes++);
  }

  get packedRows(): readonly PackedRows[] {
    return [...this.tables.values()].map(({ packed }) => packed);
  }

  async differences(persons: readonly number[]): Promise<Differences> {
    const [least, most] = [persons[0] ?? 0, persons.at(-1) ?? 0];
    const added = new Map<number, number>();
    const found = this.kept.flatMap(({ name }) => {
      const check = (row: Row) => this.source.checkRow(name, row);
      const stored = this.source.rowsBetween(name, least, most);
      return this.tables.get(name)?.differing(stored, check, added) ?? [];
    });
    return differencesOfRange(found, added);
  }
}

/** The derived rows of one table, by person and key. */
class PackedTable {
  readonly packed: PackedRows;
  private readonly changes: PackedChange[] = [];
  private readonly columns: readonly string[];

  constructor({ name, columns }: DerivedTable) {
    this.columns = Object.keys(columns);
    this.packed = { table: name, width: COLUMNS + this.columns.length + 1, values: [] };
  }

  add({ put, ...change }: RowsChange, tenant: number, place: number): void {
    const { values } = this.packed;
    const from = values.length;
    const owner = { person: change.person.number, tenant, customer: change.person.name };
    for (const { row } of put) pushStored(values, owner, row, this.columns);
    this.changes.push({ change, place, from, to: values.length });
  }

  /**
   * What differs from stored rows, which come by person and key. `check`: throws for one that is damaged. Where a person has
   * none and there are examples enough, how many were derived is added to `added`: it costs too much to unpack all of them.
   */
  differing(
    stored: readonly Row[],
    check: (row: Row) => void,
    added: Map<number, number>,
  ): readonly DifferingRows[] {
    const found: DifferingRows[] = [];
    let persons = 0;
    let at = 0;
    for (const { change, place, from, to } of this.changes) {
      const { number } = change.person;
      while (at < stored.length && (stored[at]![PERSON] as number) < number) at++;
      const first = at;
      while (at < stored.length && stored[at]![PERSON] === number) at++;
      if (this.isStored(from, to, stored, first, at, check)) continue;
      if (first === at && ++persons > EXAMPLES) {
        added.set(number, (added.get(number) ?? 0) + (to - from) / this.packed.width);
        continue;
      }
      const was = stored.slice(first, at);
      was.forEach(check);
      const put = this.unpacked(from, to).map((row) => ({ row }));
      found.push({ place, change: { ...change, put }, was: byKey(was.map((row) => this.rowOf(row))) });
    }
    return found;
  }

  /** Whether readers see the same of the rows packed from `from` to `to` as of stored ones, those from `first` to `last`. */
  private isStored(
    from: number,
    to: number,
    stored: readonly Row[],
    first: number,
    last: number,
    check: (row: Row) => void,
  ): boolean {
    const { width, values } = this.packed;
    if ((last - first) * width !== to - from) return false;
    for (let i = first, at = from; i < last; i++, at += width) {
      const row = stored[i]!;
      if (values[at + KEY] !== row[KEY]) return false;
      for (let k = COLUMNS; k < width - 1; k++) if (values[at + k] !== row[k]) return false;
      if (values[at + width - 1] !== row[width - 1]) check(row);
    }
    return true;
  }

  private unpacked(from: number, to: number): readonly TableRow[] {
    const { values, width } = this.packed;
    const rows: TableRow[] = [];
    for (let at = from; at < to; at += width) rows.push(this.rowOf(values.slice(at, at + width)));
    return rows;
  }

  private rowOf(row: Row): TableRow {
    const columns: { [column: string]: ColumnValue } = {};
    this.columns.forEach((name, i) => (columns[name] = row[COLUMNS + i] as ColumnValue));
    return { key: row[KEY] as string, due: row[DUE] as number | null, columns };
  }
}

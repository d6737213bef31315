import {
  byKey,
  type CustomerRange,
  type DerivedRows,
  differencesOfRange,
  type DifferingRows,
  type RowsChange,
} from '#projector';
import type { ColumnValue, DerivedTable, TableRow } from '#views';
import { CopyWriter, fieldsOf } from '../copy-text.js';
import type { CopyingReads } from '../database.js';
import type { Generations } from './generations.js';
import { writeRow } from './row-text.js';

/** Rows of one table that a thread has derived for a rebuild, in the text format of COPY. */
export interface PackedTable {
  readonly table: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** All rows of the next generation of the persons of a range. */
export interface PackedRows {
  readonly range: CustomerRange;
  readonly tables: readonly PackedTable[];
}

/** What is needed to derive with: the stored rows, by their definitions and names, and the numbers of tenants. */
export interface RangeSource {
  readonly reads: CopyingReads;
  readonly generations: Generations;
  readonly tenants: ReadonlyMap<string, number>;
  /** Tables whose rows readers see and that are of this program's version. */
  readonly kept: readonly DerivedTable[];
}

/** The rows of one person, which are text from one place to another. */
interface TextOfPerson extends Pick<RowsChange, 'tenant' | 'person'> {
  /** Its place among all changes of the range. */
  readonly place: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The rows of a range as text, which is written by COPY and compared with what COPY reads of the stored rows. Equal rows are
 * equal text, so most tables are compared without looking at a single row.
 */
export class RangeRows implements DerivedRows {
  readonly rows = [];
  private readonly tables = new Map<string, TableText>();
  private changes = 0;

  constructor(
    private readonly range: CustomerRange,
    private readonly source: RangeSource,
  ) {}

  add(change: RowsChange): void {
    const { generations, tenants } = this.source;
    let of = this.tables.get(change.table);
    if (of === undefined)
      this.tables.set(change.table, (of = new TableText(generations.definition(change.table))));
    of.add(change, tenants.get(change.tenant)!, this.changes++);
  }

  /** What the projecting thread writes. */
  packed(): PackedRows {
    const tables = [...this.tables].map(([table, { written }]) => ({ table, bytes: written.part() }));
    return { range: this.range, tables };
  }

  async differences() {
    const { reads, kept } = this.source;
    const found: DifferingRows[] = [];
    for (const table of kept) {
      const stored = await reads.copyOut(this.seenRows(table));
      found.push(...(this.tables.get(table.name)?.differing(stored) ?? []));
    }
    return differencesOfRange(found);
  }

  private seenRows({ name, columns }: DerivedTable): string {
    const { after, upTo } = this.range;
    const own = Object.keys(columns).map((column) => `, "${column}"`);
    return `SELECT person, key${own.join('')} FROM ${this.source.generations.rowsName(name, 'current')}
      WHERE person > ${after} AND person <= ${upTo} ORDER BY person, key`;
  }
}

/** The rows of one table as text. */
class TableText {
  readonly written = new CopyWriter();
  /** The same without what readers do not see, in the order of COPY's query. */
  private readonly seen = new CopyWriter();
  private readonly persons: TextOfPerson[] = [];
  private readonly columns: readonly string[];

  constructor(private readonly definition: DerivedTable) {
    this.columns = Object.keys(definition.columns);
  }

  add({ put, person, tenant }: RowsChange, tenantNumber: number, place: number): void {
    const { written, seen, columns } = this;
    const from = seen.length;
    const owner = { person, tenant: tenantNumber };
    for (const { row } of put.length > 1 ? put.toSorted(inOrderOfKeys) : put) {
      const begin = written.length;
      const end = writeRow(written, row, owner, columns);
      seen.take(written.part(begin, end));
      seen.endLine();
    }
    this.persons.push({ tenant, person, place, from, to: seen.length });
  }

  /** Changes whose rows are not the same text: by their values they may be equal all the same. */
  differing(stored: Buffer): readonly DifferingRows[] {
    if (stored.equals(this.seen.part())) return [];
    const byPerson = linesByPerson(stored.toString());
    const text = Buffer.from(this.seen.part());
    const { name: table } = this.definition;
    return this.persons.flatMap(({ place, from, to, tenant, person }) => {
      const was = byPerson.get(person.number) ?? [];
      const is = text.toString('utf8', from, to).split('\n').slice(0, -1);
      if (was.length === is.length && was.every((line, i) => line === is[i])) return [];
      const put = is.map((line) => ({ row: this.rowOf(line) }));
      const stands = was.map((line) => this.rowOf(line));
      const change: RowsChange = { table, generation: 'next', tenant, person, put, gone: 'all' };
      return [{ place, change, was: byKey(stands) }];
    });
  }

  /** When a row is to be derived again does not matter to readers. */
  private rowOf(line: string): TableRow {
    const [, key, ...fields] = fieldsOf(line);
    const columns: { [column: string]: ColumnValue } = {};
    this.columns.forEach((name, i) => {
      const field = fields[i]!;
      const isText = field === null || this.definition.columns[name] === 'text';
      columns[name] = isText ? field : Number(field);
    });
    return { key: key!, columns, due: null };
  }
}

/** By UTF-16, where the table is ordered by UTF-8: rows that this puts elsewhere are compared by their values. */
function inOrderOfKeys(
  { row: a }: { readonly row: TableRow },
  { row: b }: { readonly row: TableRow },
): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function linesByPerson(copied: string): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const line of copied.split('\n')) {
    if (line === '') continue;
    const person = Number(line.slice(0, line.indexOf('\t')));
    const of = found.get(person);
    if (of === undefined) found.set(person, [line]);
    else of.push(line);
  }
  return found;
}

import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { RowsChange } from '#projector';
import type { ColumnValue, TableRow } from '#views';
import type { Connection } from './connection.js';
import { rowChecksum } from './damage.js';
import type { Reading } from './reading.js';

/** Rows of the next generation of a table as they are stored, one behind the other: what goes between threads at little cost. */
export interface PackedRows {
  readonly table: string;
  readonly width: number;
  readonly values: readonly SQLInputValue[];
}

/** Packs all rows that a rebuild derives. */
export function packRows(changes: readonly RowsChange[], reading: Reading): readonly PackedRows[] {
  const tables = new Map<string, { table: string; width: number; values: SQLInputValue[] }>();
  const tenants = new Map<string, number>();
  for (const { table, tenant, person, put } of changes) {
    const columns = Object.keys(reading.definition(table).columns);
    let packed = tables.get(table);
    if (packed === undefined) tables.set(table, (packed = { table, width: columns.length + 6, values: [] }));
    let id = tenants.get(tenant);
    if (id === undefined) tenants.set(tenant, (id = reading.tenantId(tenant)!));
    const owner = { person: person.number, tenant: id, customer: person.name };
    for (const { row } of put) packed.values.push(...storedRow(owner, row, columns));
  }
  return [...tables.values()];
}

/** Writes rows of derived tables, in the transaction that is open. */
export class RowWriter {
  private readonly tables = new Map<string, TableWriter>();
  private readonly tenants = new Map<string, number>();

  constructor(
    private readonly connection: Connection,
    private readonly reading: Reading,
  ) {}

  /** Writes the rows of persons, each person once in each generation of a table. */
  write(changes: readonly RowsChange[]): void {
    const emptied = new Map<TableWriter, number[]>();
    for (const { table, generation, person, gone } of changes) {
      const writer = this.writerOf(table, generation);
      if (gone !== 'all') for (const key of gone) writer.deleteOne(person.number, key);
      else if (emptied.has(writer)) emptied.get(writer)!.push(person.number);
      else emptied.set(writer, [person.number]);
    }
    for (const [writer, persons] of emptied) writer.deleteAll(persons);
    for (const { table, generation, tenant, person, put } of changes) {
      if (put.length === 0) continue;
      const writer = this.writerOf(table, generation);
      const owner = { person: person.number, tenant: this.tenantId(tenant), customer: person.name };
      for (const { row, was } of put) writer.put(owner, row, was);
    }
  }

  /** Writes rows of persons who have none in the next generation yet. */
  writePacked(packed: readonly PackedRows[]): void {
    for (const { table, width, values } of packed) {
      const writer = this.writerOf(table, 'next');
      for (let at = 0; at < values.length; at += width) writer.insertStored(values.slice(at, at + width));
    }
  }

  /** Names of tables, and tenants, may be others from now on. */
  forget(): void {
    this.tables.clear();
    this.tenants.clear();
  }

  private writerOf(table: string, generation: RowsChange['generation']): TableWriter {
    const key = generation === 'current' ? table : `${table} next`;
    let writer = this.tables.get(key);
    if (writer === undefined) {
      const name = this.reading.rowsName(table, generation);
      const columns = Object.keys(this.reading.definition(table).columns);
      this.tables.set(key, (writer = new TableWriter(this.connection, name, columns)));
    }
    return writer;
  }

  private tenantId(name: string): number {
    let id = this.tenants.get(name);
    if (id === undefined) this.tenants.set(name, (id = this.reading.tenantId(name)!));
    return id;
  }
}

/** Whose a row is, as it is stored. */
interface Owner {
  readonly person: number;
  readonly tenant: number;
  readonly customer: string;
}

/** Columns before those of the definition: person, key, tenant, customer, due. */
const FIRST_COLUMN = 5;

/** All columns of a row as it is stored, the checksum last. */
function storedRow(
  { person, tenant, customer }: Owner,
  { key, due, columns }: TableRow,
  names: readonly string[],
): SQLInputValue[] {
  const values: ColumnValue[] = [];
  for (const name of names) values.push(columns[name] ?? null);
  return [
    person,
    key,
    tenant,
    customer,
    due,
    ...values,
    rowChecksum({ person, key, tenant, customer, due, values }),
  ];
}

/** Writes rows of one generation of a table; statements are prepared once. */
class TableWriter {
  private readonly insert: StatementSync;
  /** By the set of columns that they set, a bit each. */
  private readonly updates = new Map<number, StatementSync>();

  constructor(
    private readonly connection: Connection,
    private readonly name: string,
    private readonly columns: readonly string[],
  ) {
    const set = ['due', ...columns, 'crc'].map((column) => `"${column}" = excluded."${column}"`).join(', ');
    const marks = ['person', 'key', 'tenant', 'customer', 'due', ...columns, 'crc'].map(() => '?').join(', ');
    this.insert = connection.prepared(
      `INSERT INTO ${name} VALUES (${marks}) ON CONFLICT DO UPDATE SET ${set}`,
    );
  }

  deleteOne(person: number, key: string): void {
    this.connection.run(`DELETE FROM ${this.name} WHERE person = ? AND key = ?`, person, key);
  }

  deleteAll(persons: readonly number[]): void {
    const sql = `DELETE FROM ${this.name} WHERE person IN (SELECT value FROM json_each(?))`;
    this.connection.run(sql, JSON.stringify(persons));
  }

  put(owner: Owner, row: TableRow, was: TableRow | undefined): void {
    const values = storedRow(owner, row, this.columns);
    if (was !== undefined && this.update(owner.person, row, was, values)) return;
    this.insertStored(values);
  }

  insertStored(values: readonly SQLInputValue[]): void {
    this.insert.run(...values);
  }

  /**
   * Writes the columns that differ: SQLite touches every index that has a column which is set, whether its value changes
   * or not. False: there is no such row.
   */
  private update(person: number, row: TableRow, was: TableRow, stored: readonly SQLInputValue[]): boolean {
    const set: SQLInputValue[] = [stored.at(-1)!];
    let which = 0;
    if (row.due !== was.due) {
      which = 1;
      set.push(row.due);
    }
    for (let i = 0, bit = 2; i < this.columns.length; i++, bit *= 2) {
      const value = stored[FIRST_COLUMN + i]!;
      if (value === (was.columns[this.columns[i]!] ?? null)) continue;
      which += bit;
      set.push(value);
    }
    set.push(person, row.key);
    return this.updateOf(which).run(...set).changes === 1;
  }

  private updateOf(which: number): StatementSync {
    let statement = this.updates.get(which);
    if (statement === undefined) {
      const isSet = (_: string, i: number) => Math.floor(which / 2 ** i) % 2 === 1;
      const set = ['crc', ...['due', ...this.columns].filter(isSet)].map((column) => `"${column}" = ?`);
      statement = this.connection.prepared(
        `UPDATE ${this.name} SET ${set.join(', ')} WHERE person = ? AND key = ?`,
      );
      this.updates.set(which, statement);
    }
    return statement;
  }
}

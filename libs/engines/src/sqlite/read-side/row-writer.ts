import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { RowsChange } from '#projector';
import type { TableRow } from '#views';
import type { Connection } from './connection.js';
import { rowChecksum } from './damage.js';
import type { Reading } from './reading.js';
import { type Owner, type PackedRows, pushStored, valuesOf } from './stored-row.js';

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

  /** Writes a row; from then on it knows where it is stored. */
  put(owner: Owner, row: TableRow, was: TableRow | undefined): void {
    if (was !== undefined && this.update(owner, row, was)) return;
    const stored: SQLInputValue[] = [];
    pushStored(stored, owner, row, this.columns);
    row.rowNumber = this.insertStored(stored);
  }

  /** Answers the row's number. */
  insertStored(values: readonly SQLInputValue[]): number {
    return this.insert.run(...values).lastInsertRowid as number;
  }

  /**
   * Writes the columns that differ: SQLite touches every index that has a column which is set, whether its value changes
   * or not. False: there is no such row.
   */
  private update(owner: Owner, row: TableRow, was: TableRow): boolean {
    const { person, tenant, customer } = owner;
    const { key, due } = row;
    const values = valuesOf(row.columns, this.columns);
    const set: SQLInputValue[] = [rowChecksum([person, key, tenant, customer, due, ...values])];
    let which = 0;
    if (due !== was.due) {
      which = 1;
      set.push(due);
    }
    for (let i = 0, bit = 2; i < values.length; i++, bit *= 2) {
      const value = values[i]!;
      if (value === (was.columns[this.columns[i]!] ?? null)) continue;
      which += bit;
      set.push(value);
    }
    const { rowNumber } = was;
    const last = set.length;
    set.push(rowNumber ?? null, person, key);
    const statement = this.updateOf(which);
    row.rowNumber = rowNumber;
    if (rowNumber !== undefined && statement.run(...set).changes === 1) return true;
    const found = this.connection.get(
      `SELECT rowid FROM ${this.name} WHERE person = ? AND key = ?`,
      person,
      key,
    );
    if (found === undefined) return false;
    row.rowNumber = found[0] as number;
    set[last] = row.rowNumber;
    return statement.run(...set).changes === 1;
  }

  /**
   * Finds the row by its number, which costs one B-tree less than by person and key; those are compared, since the number
   * may be that of another generation, or of a commit that failed.
   */
  private updateOf(which: number): StatementSync {
    let statement = this.updates.get(which);
    if (statement === undefined) {
      const isSet = (_: string, i: number) => Math.floor(which / 2 ** i) % 2 === 1;
      const set = ['crc', ...['due', ...this.columns].filter(isSet)].map((column) => `"${column}" = ?`);
      statement = this.connection.prepared(
        `UPDATE ${this.name} SET ${set.join(', ')} WHERE rowid = ? AND +person = ? AND +key = ?`,
      );
      this.updates.set(which, statement);
    }
    return statement;
  }
}

import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { RowsChange } from '#projector';
import type { ColumnValue, TableRow } from '#views';
import type { Connection } from './connection.js';
import { rowChecksum } from './damage.js';
import type { Reading } from './reading.js';

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

  put({ person, tenant, customer }: Owner, row: TableRow, was: TableRow | undefined): void {
    const { key, due } = row;
    const values: ColumnValue[] = [];
    for (const column of this.columns) values.push(row.columns[column] ?? null);
    const crc = rowChecksum({ person, key, tenant, customer, due, values });
    if (was !== undefined && this.update(person, row, was, values, crc)) return;
    this.insert.run(person, key, tenant, customer, due, ...values, crc);
  }

  /**
   * Writes the columns that differ: SQLite touches every index that has a column which is set, whether its value changes
   * or not. False: there is no such row.
   */
  private update(
    person: number,
    row: TableRow,
    was: TableRow,
    values: readonly ColumnValue[],
    crc: number,
  ): boolean {
    const set: SQLInputValue[] = [crc];
    let which = 0;
    if (row.due !== was.due) {
      which = 1;
      set.push(row.due);
    }
    for (let i = 0, bit = 2; i < values.length; i++, bit *= 2) {
      if (values[i] === (was.columns[this.columns[i]!] ?? null)) continue;
      which += bit;
      set.push(values[i]!);
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

import type { RowsChange, WrittenRow } from '#projector';
import type { ColumnValue, TableRow } from '#views';
import type { Connection } from './connection.js';
import { rowCrc } from './damage.js';
import type { Reading } from './reading.js';

/** The statements of one generation of a derived table's rows. */
interface Statements {
  readonly name: string;
  readonly columns: readonly string[];
  readonly put: string;
  readonly deleteOne: string;
  readonly deleteAll: string;
}

/** Writes rows of derived tables, in the transaction that is open. */
export class RowWriter {
  private readonly statements = new Map<string, Statements>();
  private readonly tenants = new Map<string, number>();

  constructor(
    private readonly connection: Connection,
    private readonly reading: Reading,
  ) {}

  write({ table, generation, tenant, person, put, gone }: RowsChange): void {
    const { connection } = this;
    const { columns, put: upsert, deleteOne, deleteAll } = this.of(table, generation);
    if (gone === 'all') connection.run(deleteAll, person.number);
    else for (const key of gone) connection.run(deleteOne, person.number, key);
    if (put.length === 0) return;
    const tenantId = this.tenantId(tenant);
    for (const { row, was } of put) {
      const { key, due } = row;
      const values = valuesOf(row, columns);
      const crc = rowCrc({
        person: person.number,
        key,
        tenant: tenantId,
        customer: person.name,
        due,
        values,
      });
      if (was !== undefined && this.update(table, generation, person.number, { row, was, crc })) continue;
      connection.run(upsert, person.number, key, tenantId, person.name, due, ...values, crc);
    }
  }

  /**
   * Writes the columns that differ: SQLite touches every index that has a column which is set, whether its value changes
   * or not. False: there is no such row.
   */
  private update(
    table: string,
    generation: RowsChange['generation'],
    person: number,
    { row, was, crc }: Required<WrittenRow> & { readonly crc: number },
  ): boolean {
    const { columns, name } = this.of(table, generation);
    const set = ['crc'];
    const values: ColumnValue[] = [crc];
    if (row.due !== was.due) {
      set.push('due');
      values.push(row.due);
    }
    for (const column of columns) {
      const value = row.columns[column] ?? null;
      if (value === (was.columns[column] ?? null)) continue;
      set.push(column);
      values.push(value);
    }
    const assignments = set.map((column) => `"${column}" = ?`).join(', ');
    const sql = `UPDATE ${name} SET ${assignments} WHERE person = ? AND key = ?`;
    return this.connection.run(sql, ...values, person, row.key) === 1;
  }

  /** Names of tables, and tenants, may be others from now on. */
  forget(): void {
    this.statements.clear();
    this.tenants.clear();
  }

  private of(table: string, generation: RowsChange['generation']): Statements {
    const key = `${table} ${generation}`;
    let statements = this.statements.get(key);
    if (statements === undefined) {
      const name = this.reading.rowsName(table, generation);
      const columns = Object.keys(this.reading.definition(table).columns);
      const set = ['due', ...columns, 'crc'].map((column) => `"${column}" = excluded."${column}"`).join(', ');
      const marks = ['person', 'key', 'tenant', 'customer', 'due', ...columns, 'crc']
        .map(() => '?')
        .join(', ');
      statements = {
        name,
        columns,
        put: `INSERT INTO ${name} VALUES (${marks}) ON CONFLICT DO UPDATE SET ${set}`,
        deleteOne: `DELETE FROM ${name} WHERE person = ? AND key = ?`,
        deleteAll: `DELETE FROM ${name} WHERE person = ?`,
      };
      this.statements.set(key, statements);
    }
    return statements;
  }

  private tenantId(name: string): number {
    let id = this.tenants.get(name);
    if (id === undefined) this.tenants.set(name, (id = this.reading.tenantId(name)!));
    return id;
  }
}

function valuesOf({ columns }: TableRow, names: readonly string[]): ColumnValue[] {
  return names.map((name) => columns[name] ?? null);
}

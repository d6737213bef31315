import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { TABLES } from '#views';
import { Connection, type Row } from './connection.js';
import { ListSql } from './list-sql.js';
import { createTables } from './schema.js';

/** Remembers how SQLite goes about each question. */
class Explained extends Connection {
  readonly plans: string[] = [];

  override all(sql: string, ...values: Parameters<Connection['run']>[1][]): readonly Row[] {
    const plan = super.all(`EXPLAIN QUERY PLAN ${sql}`, ...values);
    this.plans.push(plan.map((row) => String(row.at(-1))).join('; '));
    return super.all(sql, ...values);
  }
}

it('12.3: finds the rows that are due by the index of due, not among all rows of the tenant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cx-due-'));
  const connection = new Explained(join(folder, 'views.sqlite'), { readOnly: false });
  createTables(connection, TABLES);
  for (const table of TABLES) {
    const name = `rows_${table.name.replaceAll('-', '_')}_1`;
    new ListSql(connection, table, name).rows(1, {
      tenant: 'default',
      where: [{ column: 'due', is: '<=', value: 1_000 }],
      orderBy: { column: 'due', direction: 'asc' },
      limit: 10,
    });
    expect(connection.plans.at(-1)).toContain(`USING INDEX ${name}_due (due>? AND due<?)`);
  }
  connection.close();
  rmSync(folder, { recursive: true, force: true });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KeptStates, PolicyBooks, QUERIES, type QueryContext, ReadModelReader, TABLES } from '#views';
import { storedPosition } from '#event-sourcing';
import { Connection, type Row } from './connection.js';
import { ListSql } from './list-sql.js';
import { Reading } from './reading.js';
import { createTables } from './schema.js';

/** Remembers how SQLite finds the rows of each statement on derived tables. */
class Explained extends Connection {
  plans: string[] = [];

  override all(sql: string, ...values: Parameters<Connection['run']>[1][]): readonly Row[] {
    if (/ FROM rows_/.test(sql)) {
      const plan = super.all(`EXPLAIN QUERY PLAN ${sql}`, ...values);
      this.plans.push(plan.map((row) => String(row.at(-1))).join('; '));
    }
    return super.all(sql, ...values);
  }
}

let folder: string;
let connection: Explained;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cx-plans-'));
  connection = new Explained(join(folder, 'views.sqlite'), { readOnly: false });
  createTables(connection, TABLES);
  connection.run("INSERT INTO tenant (name) VALUES ('default')");
});
beforeEach(() => {
  connection.plans = [];
});
afterAll(() => {
  connection.close();
  rmSync(folder, { recursive: true, force: true });
});

it('12.3: finds the rows that are due by the index of due, not among all rows of the tenant', () => {
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
});

/** The tables as a reader of queries sees them. */
class OneReader extends ReadModelReader {
  private readonly reading = new Reading(connection, TABLES);
  override snapshot: ReadModelReader['snapshot'] = (work) => work(this.reading);
  override close = () => Promise.resolve();
}

const context = (): QueryContext => ({
  ...{ reader: new OneReader(), now: () => Date.UTC(2026, 2, 2), historicalEvents: 1_000 },
  states: new KeptStates(1_000),
  books: new PolicyBooks(),
  positionAt: () => Promise.resolve(storedPosition(0)),
  recordedAt: () => Promise.resolve(undefined),
  yieldTurn: () => Promise.resolve(),
});

describe('10: every list reads its rows in the order of an index, as many as it shows', () => {
  const tenant = 'default';
  const lists: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['churn risk', () => QUERIES['churn-risk-list'](context(), { tenant })],
    ['loyalty', () => QUERIES['loyalty-list'](context(), { tenant })],
    ...['customer', 'excess', '-excess', 'loyalty', '-loyalty'].map(
      (sort) =>
        [`customers by ${sort}`, () => QUERIES['customer-list'](context(), { tenant, sort })] as const,
    ),
    ...['dueAt', '-dueAt', 'madeAt', '-madeAt'].map(
      (sort) => [`promises by ${sort}`, () => QUERIES['promise-list'](context(), { tenant, sort })] as const,
    ),
    ...[{}, { rule: 'keep-missed-promise' }, { urgency: 'now' }, { sort: '-urgency' }].map(
      (filter) =>
        [
          `actions ${JSON.stringify(filter)}`,
          () => QUERIES['action-list'](context(), { tenant, ...filter }),
        ] as const,
    ),
    ...['breachAt', '-breachAt', 'openedAt', '-openedAt', 'pressure', '-pressure'].flatMap((sort) =>
      [undefined, 'open', 'closed'].map(
        (status) =>
          [
            `issues by ${sort}, status ${status}`,
            () => QUERIES['issue-list'](context(), { tenant, sort, status }),
          ] as const,
      ),
    ),
  ];

  it.each(lists)('%s', async (_name, ask) => {
    await ask();
    const plans = connection.plans.filter((plan) => !plan.includes('_due ('));
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      expect(plan).not.toMatch(/SCAN rows_/);
      expect(plan).toMatch(/SEARCH rows_\w+ USING INDEX/);
      // What is sorted are the rows of one value, or rows that a limit has cut off already, to merge them.
      for (const [, sorted] of plan.matchAll(/(\S+); USE TEMP B-TREE FOR ORDER BY/g))
        expect(sorted).toMatch(/^\(subquery-/);
    }
  });
});

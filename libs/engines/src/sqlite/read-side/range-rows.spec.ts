import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliveredLog } from '../../../../../test/kit/delivered-log.js';
import { projectorOf, rebuild, SetClock, storedBytes } from '../../../../../test/kit/projected.js';
import { MemoryReadModel, type ReadModel, type RowsChange } from '#projector';
import { TABLES } from '#views';
import { SqliteReadModel } from './sqlite-read-model.js';

const NOON = Date.UTC(2026, 2, 2, 12);
const CLOCK = new SetClock(NOON + 3_600_000);
/** Two of one customer are in another order by UTF-16, as programs compare texts, than by UTF-8, as SQLite does. */
const IDS = ['I0', 'I1', 'I2', 'I3', 'I\u{1F642}', 'I5', 'I6', 'I\uFF5E'];

let folder: string;
let readModel: SqliteReadModel;
const log = new DeliveredLog(
  IDS.map((issueId, no) => ({
    ...{ type: 'IssueRaised', id: `r${no}`, customer: `c${no % 3}`, at: NOON + no * 60_000 },
    data: { issueId, severity: 'normal', category: 'billing' },
  })),
);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cx-range-'));
  readModel = await SqliteReadModel.open({ folder });
  await projectorOf({ events: log, readModel, clock: CLOCK }).catchUp();
});
afterEach(async () => {
  await readModel.close();
  rmSync(folder, { recursive: true });
});

/** Puts, in place of a customer's rows of a table, what another version of the program might have stored. */
async function store(
  customer: string,
  table: string,
  change: Pick<RowsChange, 'put' | 'gone'>,
): Promise<void> {
  const { progress } = await readModel.stored.writerState();
  const [record] = await readModel.stored.people([{ tenant: 'default', customer }]);
  const [person] = record!.customers;
  const rows = [{ table, generation: 'current', tenant: 'default', person: person!, ...change } as const];
  await readModel.commit({ from: progress.commits, progress, rows });
}

it('10: rows of a rebuild are compared with the stored ones alike in one thread and in several', async () => {
  const right = await storedBytes(readModel);
  const rebuilt = async (threadFacts: number) => {
    const found = await rebuild({ events: log, readModel, clock: CLOCK, limits: { threadFacts } });
    expect(await storedBytes(readModel)).toBe(right);
    return found;
  };
  expect(await rebuilt(0)).toEqual({ differing: 0, examples: [] });
  expect(await rebuilt(Infinity)).toEqual({ differing: 0, examples: [] });

  const numbers = (await readModel.stored.scan(0, 100)).timelines.map(({ customer }) => customer.number);
  const stored = await readModel.stored.rows(['customers', 'issues'], numbers);
  const rowOf = (table: string, key: string) => stored.find((row) => row.table === table && row.key === key)!;
  const change = async () => {
    const [customer, changed, gone] = [
      rowOf('customers', ''),
      rowOf('issues', 'I1\nc1'),
      rowOf('issues', 'I5\nc2'),
    ];
    const put = (row: typeof customer, columns: object, due = row.due, key = row.key) => [
      { row: { key, due, columns: { ...row.columns, ...columns } } },
    ];
    await store('c0', 'customers', { put: put(customer, { loyalty: 0.25 }, 5), gone: [] });
    await store('c1', 'issues', { put: put(changed, { category: 'other' }), gone: [] });
    await store('c1', 'issues', {
      put: put(changed, { issueId: 'I9' }, changed.due, 'I9\nc1'),
      gone: [],
    });
    await store('c2', 'issues', { put: [], gone: [gone.key] });
    // Not to be seen: when a row is to be derived again.
    await store('c2', 'issues', { put: put(rowOf('issues', 'I2\nc2'), {}, 7), gone: [] });
  };
  await change();
  const byThreads = await rebuilt(0);
  await change();
  expect(await rebuilt(Infinity)).toEqual(byThreads);
  expect(byThreads.differing).toBe(4);
  const shown = byThreads.examples.map(({ table, customer, key, from, to }) => [
    ...[table, customer, key],
    from && (from['loyalty'] ?? from['category'] ?? null),
    to && (to['category'] ?? null),
  ]);
  expect(shown).toEqual([
    ['customers', 'c0', '', 0.25, null],
    ['issues', 'c1', 'I1\nc1', 'other', 'billing'],
    ['issues', 'c1', 'I9\nc1', 'billing', null],
    ['issues', 'c2', 'I5\nc2', null, 'billing'],
  ]);
});

it('A10: rows of more customers than there are examples are counted where none were stored, as the model in memory does', async () => {
  const events = new DeliveredLog(
    Array.from({ length: 60 }, (_, no) => ({
      ...{ type: 'IssueRaised', id: `r${no}`, customer: `c${no % 30}`, at: NOON + no },
      data: { issueId: `i${no}`, severity: 'normal', category: 'billing' },
    })),
  );
  const built = async (empty: ReadModel) => {
    const projector = projectorOf({ events, readModel: empty, clock: CLOCK, limits: { bulkBacklog: 1 } });
    await projector.catchUp();
    const { differing, examples } = (await projector.status()).endedJobs[0]!;
    await empty.close();
    return { differing, examples };
  };
  const found = await built(await SqliteReadModel.open({ folder: join(folder, 'other'), threads: 0 }));
  expect(found).toEqual(await built(new MemoryReadModel(TABLES)));
  expect(found.examples).toHaveLength(20);
  // At least each customer's row and each issue's.
  expect(found.differing).toBeGreaterThanOrEqual(30 + 60);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteReadModel, SqliteReadModelReader } from '#engines/sqlite';
import { START, storedPosition } from '#event-sourcing';
import { MEASURE_QUERIES } from '#measures';
import { NOTHING_READ, type RowsChange } from '#projector';
import { contactsTable, KeptStates, PolicyBooks, type QueryContext, TABLES } from '#views';
import type { Run } from './figures.js';
import { percentile, timesOf } from './machine.js';

const CONTACTS = 100_000;
const CUSTOMERS = 20_000;
const YEAR = { from: Date.UTC(2025, 0, 1), to: Date.UTC(2026, 0, 1) };
const TEAMS = 12;
const TENANT = 'default';
/** Rows that change between two questions: at 2,000 events/s those of a tenth of a second. */
const CHANGED_BETWEEN = 100;

const QUESTION = {
  ...{ tenant: TENANT, measure: 'abandonment', bucket: 'day' as const, by: 'team', tz: 'Europe/Berlin' },
  ...{ from: new Date(YEAR.from).toISOString(), to: new Date(YEAR.to).toISOString() },
};

/**
 * A year's measure by day and team over the contacts of about one million events, and of ten. The rows are written as the
 * projector writes them, without folding events first: what is asked is how long the question takes, while rows change.
 */
export async function measuresSection(run: Run): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cx-bench-measures-'));
  try {
    await fill(folder);
    await measureSize(run, folder, { contacts: CONTACTS, goal: 50 });
    if (run.quick) return;
    copyRows(folder);
    await measureSize(run, folder, { contacts: 10 * CONTACTS, goal: 300 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Size {
  readonly contacts: number;
  /** p99, ms. */
  readonly goal: number;
}

async function measureSize(run: Run, folder: string, { contacts, goal }: Size): Promise<void> {
  const many = contacts.toLocaleString('en');
  run.say(`measures: ${many} contacts are there`);
  const readModel = await SqliteReadModel.open({ folder, tables: TABLES, cacheMegabytes: 64 });
  const reader = await SqliteReadModelReader.open({ folder });
  const ask = () => MEASURE_QUERIES.measure(contextOf(reader), QUESTION);
  const [inSql] = await timesOf(1, ask);
  await reader.columnsLoaded();
  const [times, processor]: [number[], number[]] = [[], []];
  for (let i = 0; i < (run.quick ? 10 : 100); i++) {
    await changeRows(readModel, i);
    const before = process.cpuUsage();
    times.push(...(await timesOf(1, ask)));
    const { user, system } = process.cpuUsage(before);
    processor.push((user + system) / 1_000);
  }
  await reader.close();
  await readModel.close();
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  const cost = `${Math.round(percentile(processor, 0.5))} and ${Math.round(percentile(processor, 0.99))} ms of processor`;
  run.add({
    ...{ bench: 'measures', what: `a year by day and team, ${many} contacts`, unit: 'ms' },
    ...{ value: p50, p50, p99 },
    limit: {
      what: 'ms: SQLite counts and sums the same rows, ungrouped',
      value: await scanTime(folder, run.quick ? 1 : 3),
    },
    goal: { text: `p99 < ${goal} ms`, met: p99 < goal },
    note: `one question at a time in this process, ${CHANGED_BETWEEN} rows changed before each (median and p99: ${cost}); the first, in SQL: ${Math.round(inSql!)} ms`,
  });
}

function contextOf(reader: SqliteReadModelReader): QueryContext {
  return {
    reader,
    now: () => YEAR.to,
    positionAt: () => Promise.resolve(START),
    recordedAt: () => Promise.resolve(undefined),
    historicalEvents: 0,
    yieldTurn: () => Promise.resolve(),
    states: new KeptStates(1),
    books: new PolicyBooks(),
  };
}

async function fill(folder: string): Promise<void> {
  const readModel = await SqliteReadModel.open({ folder, tables: TABLES, cacheMegabytes: 64 });
  const customers = Array.from({ length: CUSTOMERS }, (_, i) => ({
    ...{ number: i + 1, tenant: TENANT, name: `customer-${i + 1}` },
  }));
  const progress = { ...NOTHING_READ, checkpoint: storedPosition(1), customers: CUSTOMERS };
  const tenants = [{ name: TENANT, facts: 10 * CONTACTS, lastAt: YEAR.to }];
  await readModel.commit({ from: 0, progress, customers, tenants });
  for (let first = 1, from = 1; first <= CUSTOMERS; first += 2_000, from++) {
    const rows = Array.from({ length: 2_000 }, (_, i) => rowsOf(first + i));
    await readModel.commit({ from, progress, rows });
  }
  await readModel.close();
}

const EACH = CONTACTS / CUSTOMERS;

/** The contacts of one customer, spread over the year by a fixed rule. */
function rowsOf(number: number): RowsChange {
  const empty = Object.fromEntries(Object.keys(contactsTable.columns).map((name) => [name, null]));
  const put = Array.from({ length: EACH }, (_, n) => {
    const spread = ((number * EACH + n) * 7_919) % 525_600;
    const [contactId, startedAt] = [`k-${number}-${n}`, YEAR.from + spread * 60_000];
    const abandoned = spread % 20 === 0;
    return {
      row: {
        ...{ key: `${contactId}\ncustomer-${number}`, due: null },
        columns: {
          ...empty,
          ...{ contactId, publishedTo: `customer-${number}`, channel: 'phone', direction: 'inbound' },
          ...{ queue: 'general', team: `team-${spread % TEAMS}`, agentId: `agent-${spread % 60}`, startedAt },
          ...{ waitMs: (spread % 90) * 1_000, abandoned: abandoned ? 1 : 0, callback: 0, handledBy: 'human' },
          ...{ answeredAt: abandoned ? null : startedAt + 30_000, endedAt: startedAt + 300_000 },
          ...{ disposition: abandoned ? 'abandoned' : 'completed', handleMs: 270_000, talkMs: 270_000 },
        },
      },
    };
  });
  const person = { number, name: `customer-${number}`, heldAt: null };
  return { table: contactsTable.name, generation: 'current', tenant: TENANT, person, put, gone: [] };
}

/** Writes the rows of some customers anew, as late events would. */
async function changeRows(readModel: SqliteReadModel, turn: number): Promise<void> {
  const { progress } = await readModel.stored.writerState();
  const { commits: from, ...known } = progress;
  const first = 1 + (((turn * CHANGED_BETWEEN) / EACH) % CUSTOMERS);
  const rows = Array.from({ length: CHANGED_BETWEEN / EACH }, (_, i) => rowsOf(first + i));
  await readModel.commit({ from, progress: known, rows });
}

/** Nine more customers like each one, copied in SQL: their checksums are not right, and counting does not read them. */
function copyRows(folder: string): void {
  const db = new DatabaseSync(join(folder, 'views.sqlite'));
  const columns = Object.keys(contactsTable.columns).map((name) => `, "${name}"`);
  const copy = db.prepare(
    `INSERT INTO rows_contacts_1 SELECT person + ?, key, tenant, customer, due${columns.join('')}, crc FROM rows_contacts_1 WHERE person <= ?`,
  );
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  for (let i = 1; i < 10; i++) copy.run(i * CUSTOMERS, CUSTOMERS);
  db.exec('COMMIT');
  db.close();
}

/** How long SQLite takes to read the columns of all rows once, ms: the least of some runs. */
async function scanTime(folder: string, runs: number): Promise<number> {
  const db = new DatabaseSync(join(folder, 'views.sqlite'), { readOnly: true });
  const statement = db.prepare(
    'SELECT COUNT(*), SUM(abandoned), MAX(team) FROM rows_contacts_1 WHERE tenant = 1 AND startedAt >= ? AND startedAt < ?',
  );
  const times = await timesOf(runs, () => statement.get(YEAR.from, YEAR.to));
  db.close();
  return times[0]!;
}

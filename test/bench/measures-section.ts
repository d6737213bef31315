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
import { timesOf } from './machine.js';

const CONTACTS = 100_000;
const CUSTOMERS = 20_000;
const YEAR = { from: Date.UTC(2025, 0, 1), to: Date.UTC(2026, 0, 1) };
const TEAMS = 12;
const TENANT = 'default';
/** p99 of a year's measure by day and team, ms. */
const GOAL = 50;

/**
 * A year's measure by day and team over the contacts of about a million events. The rows are written as the projector
 * writes them, without folding events first: what is asked is how long the question takes.
 */
export async function measuresSection(run: Run): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cx-bench-measures-'));
  try {
    await fill(folder);
    run.say(`measures: ${CONTACTS.toLocaleString('en')} contacts are there`);
    const reader = await SqliteReadModelReader.open({ folder });
    const question = {
      ...{ tenant: TENANT, measure: 'abandonment', bucket: 'day' as const, by: 'team', tz: 'Europe/Berlin' },
      ...{ from: new Date(YEAR.from).toISOString(), to: new Date(YEAR.to).toISOString() },
    };
    const asked = await timesOf(run.quick ? 10 : 100, () =>
      MEASURE_QUERIES.measure(contextOf(reader), question),
    );
    await reader.close();
    const scan = await scanTimes(folder, run.quick ? 5 : 20);
    const p99 = asked[Math.ceil(asked.length * 0.99) - 1]!;
    run.add({
      ...{ bench: 'measures', what: 'a year by day and team, 100,000 contacts', unit: 'ms' },
      ...{ value: asked[Math.floor(asked.length / 2)]!, p50: asked[Math.floor(asked.length / 2)]!, p99 },
      limit: { what: 'ms: SQLite counts and sums the same rows, ungrouped', value: scan },
      goal: { text: `p99 < ${GOAL} ms`, met: p99 < GOAL },
      note: 'one question at a time in this process; rows written directly',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

/** How long SQLite takes to read the columns of all rows once, ms: the least of some runs. */
async function scanTimes(folder: string, runs: number): Promise<number> {
  const db = new DatabaseSync(join(folder, 'views.sqlite'), { readOnly: true });
  const statement = db.prepare(
    'SELECT COUNT(*), SUM(abandoned), MAX(team) FROM rows_contacts_1 WHERE tenant = 1 AND startedAt >= ? AND startedAt < ?',
  );
  const times = await timesOf(runs, () => statement.get(YEAR.from, YEAR.to));
  db.close();
  return times[0]!;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TABLES, viewOf } from '#views';
import type { Run } from './figures.js';
import { parsing, ReadSide } from './read-side-many.js';
import { oneCustomer } from './read-side-one.js';

/** Events and customers of a read model; `CX_BENCH_READ_SIDE=10000000:400000` measures one of another size. */
const SIZES: readonly (readonly [events: number, customers: number])[] = [
  [1_000_000, 10_000],
  [1_000_000, 200_000],
];

/** The goals were set for the tables of three lists; the product keeps more. */
const SETS = [
  { tables: tablesOf(['churn-risk', 'loyalty', 'issues']), pages: [50] },
  { tables: TABLES, pages: [50, 5_000] },
];

/**
 * What timelines and derived tables cost, in processor time of the projecting thread, so that what else the machine does
 * matters little: from the log, derived anew, live; beside decoding the same events and chunks in the same run; with the
 * tables of three lists only, and with all. Then what a customer's views cost by the length of its history.
 */
export async function readSideSection(run: Run): Promise<void> {
  const given = process.env['CX_BENCH_READ_SIDE']?.split(':').map(Number) as [number, number] | undefined;
  const sizes = given !== undefined ? [given] : run.quick ? [[100_000, 10_000] as const] : SIZES;
  for (const [events, customers] of sizes) {
    const parse = await parsing(customers);
    for (const set of SETS)
      await within((folder) => new ReadSide(run, { events, customers, parse, ...set }).measure(folder));
  }
  for (const events of run.quick ? [100, 1_000, 10_000] : [100, 1_000, 10_000, 100_000])
    await within((folder) => oneCustomer(run, folder, events));
}

/** The tables that views own, each once. */
function tablesOf(views: readonly string[]): typeof TABLES {
  return [...new Set(views.flatMap((name) => viewOf(name).tables))];
}

async function within(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cx-bench-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

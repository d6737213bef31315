import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Run } from './figures.js';
import { oneCustomer } from './read-side-one.js';
import type { ReadSideAnswer, ReadSideOrder } from './read-side-process.js';
import { withinFolder } from './within-folder.js';

/** Events and customers of a read model; `CX_BENCH_READ_SIDE=10000000:400000` measures one of another size. */
const SIZES: readonly (readonly [events: number, customers: number])[] = [
  [1_000_000, 10_000],
  [1_000_000, 200_000],
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
    for (const set of ['lists', 'all'] as const) await measured(run, { events, customers, set });
  }
  for (const events of run.quick ? [100, 1_000, 10_000] : [100, 1_000, 10_000, 100_000])
    await withinFolder((folder) => oneCustomer(run, folder, events));
}

/** Measures a read model in a process of its own. */
async function measured(run: Run, order: Omit<ReadSideOrder, 'quick'>): Promise<void> {
  const child = fork(join(import.meta.dirname, 'read-side-process.js'));
  child.on('message', (answer: ReadSideAnswer) =>
    'said' in answer ? run.say(answer.said) : run.add(answer.figure),
  );
  child.send({ ...order, quick: run.quick });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the process that measures the read side ended with ${code}`);
}

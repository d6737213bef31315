import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteReadModel } from '#engines/sqlite';
import { START } from '#event-sourcing';
import { factsOfChunks } from '#journey';
import { Projector, type ProjectorLimits } from '#projector';
import { KeptStates, PolicyBooks, QUERIES, type QueryContext } from '#views';
import { SetClock } from '../kit/projected.js';
import type { Figure, Run } from './figures.js';
import { percentile } from './machine.js';
import { BEGINNING, PACE, Visits } from './visits.js';

/** Events and customers of a read model; `CX_BENCH_READ_SIDE=10000000:400000` measures one of another size. */
const SIZES: readonly (readonly [events: number, customers: number])[] = [
  [1_000_000, 10_000],
  [1_000_000, 200_000],
];
const PAGES = [50, 500, 5_000];

/**
 * What timelines and derived tables cost, in processor time of the projecting thread, so that what else the machine does
 * matters little: from the log, derived anew, live; beside decoding the same events and chunks in the same run. Then what a
 * customer's views cost by the length of its history.
 */
export async function readSideSection(run: Run): Promise<void> {
  const given = process.env['CX_BENCH_READ_SIDE']?.split(':').map(Number) as [number, number] | undefined;
  const sizes = given !== undefined ? [given] : run.quick ? [[100_000, 10_000] as const] : SIZES;
  for (const [events, customers] of sizes)
    await within((folder) => manyCustomers(run, folder, events, customers));
  for (const events of run.quick ? [100, 1_000, 10_000] : [100, 1_000, 10_000, 100_000])
    await within((folder) => oneCustomer(run, folder, events));
}

async function within(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cx-bench-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of one event, µs. */
interface Took {
  readonly thread: number;
  readonly all: number;
  readonly seconds: number;
}

/** Measures work on events, without the making of them. */
async function timed(log: Visits, events: number, work: () => Promise<unknown>): Promise<Took> {
  const { seconds, thread } = log.spent;
  const [began, used, mine] = [performance.now(), process.cpuUsage(), process.threadCpuUsage()];
  await work();
  const sum = ({ user, system }: NodeJS.CpuUsage) => user + system;
  const making = (log.spent.thread - thread) * 1e6;
  return {
    thread: (sum(process.threadCpuUsage(mine)) - making) / events,
    all: (sum(process.cpuUsage(used)) - making) / events,
    seconds: (performance.now() - began) / 1_000 - (log.spent.seconds - seconds),
  };
}

function projectorOf(
  log: Visits,
  readModel: SqliteReadModel,
  now: number,
  limits: Partial<ProjectorLimits> = {},
) {
  return new Projector({ events: log, readModel, clock: new SetClock(now), limits });
}

async function manyCustomers(run: Run, folder: string, events: number, customers: number): Promise<void> {
  const live = run.quick ? 10_000 : 20_000;
  const now = BEGINNING + (events + 2 * PAGES.length * live) * PACE;
  const log = new Visits(customers).more(events);
  // The write-ahead log is never checkpointed: its growth is what was written.
  const readModel = await SqliteReadModel.open({ folder, logPages: 100_000_000 });
  const of = `${events.toLocaleString('en')} events of ${customers.toLocaleString('en')} customers`;
  const add = (
    what: string,
    { thread, all, seconds }: Took,
    rest: Partial<Figure> & { readonly count?: number },
  ) => {
    const { count = events, note = '', ...figure } = rest;
    const rate = `${Math.round(count / seconds).toLocaleString('en')}/s`;
    const value = thread;
    run.add({
      ...{ bench: 'read side', what: `${what}, ${of}`, value, unit: 'µs/event', cost: { main: thread, all } },
      ...{ ...figure, note: `${rate}${note}` },
    });
  };
  const decoding = await parsing(log);
  const parse = { what: 'µs JSON.parse of an event', value: decoding };
  run.say(`read side: from the log, ${of}`);
  const fromLog = await timed(log, events, () => projectorOf(log, readModel, now).catchUp());
  // A rate that one thread reaches by itself, by its processor time.
  const goal = (least: number, { thread }: Took) => ({
    goal: { text: `≥ ${least.toLocaleString('en')}/s`, met: 1e6 / thread >= least },
  });
  // What the machine reaches with all its processors.
  const reached = (least: number, { seconds }: Took) => ({
    goal: { text: `≥ ${least.toLocaleString('en')}/s`, met: events / seconds >= least },
  });
  add('from the log, tables included', fromLog, { limit: parse, ...goal(100_000, fromLog) });
  const scanned = await timed(log, events, () => scanning(readModel));
  const most = { rate: events / customers > 20 ? 1_000_000 : 400_000 };
  const limit = { what: 'µs scanning and decoding the chunks', value: scanned.thread };
  // In turn, each twice: what is compiled at first is not what is measured.
  for (let round = 0; round < 2; round++) {
    for (const threadFacts of [Infinity, 0]) {
      const by = threadFacts === 0 ? `${readModel.rangeDeriver!.threads} threads` : 'one thread';
      run.say(`read side: derived anew by ${by}, ${of}`);
      const projector = projectorOf(log, readModel, now, { threadFacts });
      await projector.rebuild();
      const took = await timed(log, events, () => projector.catchUp());
      const memory = `, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`;
      if (round === 1)
        add(`tables derived anew by ${by}`, took, { limit, note: memory, ...reached(most.rate, took) });
    }
  }
  const projector = projectorOf(log, readModel, now);
  const { complete, counts } = await projector.status();
  if (!complete || counts.timeline !== events)
    throw new Error(`events are missing: ${JSON.stringify(counts)}`);
  for (const page of PAGES) await liveIn(page);
  await readModel.close();
  const bytes = statSync(join(folder, 'views.sqlite')).size / (events + 2 * PAGES.length * live);
  run.say(`read side: ${bytes.toFixed(0)} bytes an event in views.sqlite`);

  async function liveIn(page: number): Promise<void> {
    run.say(`read side: live, pages of ${page}, ${of}`);
    const one = projectorOf(log, readModel, now, { pageEvents: page, bulkBacklog: Infinity });
    const wal = () => statSync(join(folder, 'views.sqlite-wal')).size;
    // What is read and compiled at first is not what is measured.
    log.more(live);
    await one.catchUp();
    log.more(live);
    const before = wal();
    const took = await timed(log, live, () => one.catchUp());
    const most = customers > 100_000 ? 85 : 45;
    add(`live, pages of ${page}`, took, {
      ...{
        count: live,
        limit: parse,
        note: `, ${((wal() - before) / live / 1_000).toFixed(1)} kB of log each`,
      },
      ...(page === 50 && { goal: { text: `≤ ${most} µs`, met: took.thread <= most } }),
    });
  }
}

/** JSON.parse of one event, µs of processor time. */
async function parsing(log: Visits): Promise<number> {
  const { events } = await new Visits(log.customers).more(20_000).readAll({ after: START, limit: 20_000 });
  const decoder = new TextDecoder();
  const parse = async () => events.forEach(({ bytes }) => JSON.parse(decoder.decode(bytes)));
  await parse();
  return (await timed(log, events.length, parse)).thread;
}

async function scanning({ stored }: SqliteReadModel): Promise<void> {
  const { layouts } = await stored.timelineState();
  for (let after: number | null = 0; after !== null;) {
    const page: Awaited<ReturnType<typeof stored.scan>> = await stored.scan(after, 20_000);
    for (const { customer, chunks } of page.timelines) factsOfChunks(chunks, customer.name, layouts);
    after = page.next;
  }
}

/** A customer's three views, cold and with its state kept; and a late event before all others. */
async function oneCustomer(run: Run, folder: string, events: number): Promise<void> {
  run.say(`read side: views of a customer with ${events} events`);
  const log = new Visits(1, Infinity).more(events);
  const now = BEGINNING + (events + 10) * PACE;
  const readModel = await SqliteReadModel.open({ folder });
  const projector = projectorOf(log, readModel, now);
  await projector.catchUp();
  const most = { 100: [2, 2], 1_000: [5, 5], 10_000: undefined, 100_000: [250, 5] }[events];
  const rounds = Math.max(10, Math.min(500, 1_000_000 / events));
  for (const [at, kept] of ['cold', 'state kept'].entries()) {
    let context = contextOf(readModel, now);
    const millis: number[] = [];
    let used = process.threadCpuUsage();
    for (let round = 0; round < rounds; round++) {
      if (kept === 'cold') context = contextOf(readModel, now);
      const began = performance.now();
      await QUERIES.customer(context, { tenant: 'default', customer: 'customer-0' });
      // What is compiled, and folded to be kept, at first is not what is measured.
      if (round > 0) millis.push(performance.now() - began);
      else used = process.threadCpuUsage();
    }
    const [p50, p99] = [percentile(millis, 0.5), percentile(millis, 0.99)];
    const bound = most?.[at];
    const note = processorNote(used, rounds - 1);
    run.add({
      ...{
        bench: 'read side',
        what: `views of a customer with ${events.toLocaleString('en')} events, ${kept}`,
      },
      ...{ value: p99, unit: 'ms', p50, p99, note },
      ...(bound !== undefined && { goal: { text: `p99 < ${bound} ms`, met: p99 < bound } }),
    });
  }
  log.lateBy = 2 * events * PACE;
  log.more(1);
  const [began, used] = [performance.now(), process.threadCpuUsage()];
  await projector.catchUp();
  const value = performance.now() - began;
  const note = processorNote(used, 1);
  run.add({
    ...{
      bench: 'read side',
      what: `an event before ${events.toLocaleString('en')} others projected`,
      value,
      unit: 'ms',
      note,
    },
    ...(events === 100_000 && { goal: { text: '< 300 ms', met: value < 300 } }),
  });
  await readModel.close();
}

/** What each time took of the processor: all of it but waiting for others who use the machine. */
function processorNote(since: NodeJS.CpuUsage, times: number): string {
  const { user, system } = process.threadCpuUsage(since);
  return `${((user + system) / 1_000 / times).toFixed(2)} ms of processor each`;
}

function contextOf(reader: SqliteReadModel, now: number): QueryContext {
  return {
    ...{ reader, now: () => now, historicalEvents: 1_000_000, states: new KeptStates(1_000_000) },
    recordedAt: () => Promise.resolve(undefined),
    positionAt: async () => (await reader.stored.timelineState()).checkpoint,
    yieldTurn: () => Promise.resolve(),
    books: new PolicyBooks(),
  };
}

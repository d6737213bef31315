import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { SqliteReadModel } from '#engines/sqlite';
import { START } from '#event-sourcing';
import { factsOfChunks } from '#journey';
import { Projector, type ProjectorLimits } from '#projector';
import { type DerivedTable, TABLES } from '#views';
import { SetClock } from '../kit/projected.js';
import type { Figure, Run } from './figures.js';
import { BEGINNING, PACE, Visits } from './visits.js';

/** A read model to be measured. */
export interface ReadSideSize {
  readonly events: number;
  readonly customers: number;
  readonly tables: readonly DerivedTable[];
  /** Sizes of pages that are projected live. */
  readonly pages: readonly number[];
  /** JSON.parse of one of its events, µs. */
  readonly parse: number;
}

/** Of one event, µs; peak: of the process meanwhile, MiB. */
interface Took {
  readonly thread: number;
  readonly all: number;
  readonly seconds: number;
  readonly peak: number;
}

/** What the timelines and derived tables of many customers cost. */
export class ReadSide {
  private readonly log: Visits;
  private readonly live: number;
  private readonly now: number;
  private readonly of: string;

  constructor(
    private readonly run: Run,
    private readonly size: ReadSideSize,
  ) {
    const { events, customers, tables, pages } = size;
    this.log = new Visits(customers).more(events);
    this.live = run.quick ? 10_000 : 20_000;
    this.now = BEGINNING + (events + 2 * pages.length * this.live) * PACE;
    const which = tables === TABLES ? 'all tables' : 'three lists';
    this.of = `${which}, ${events.toLocaleString('en')} events of ${customers.toLocaleString('en')} customers`;
  }

  async measure(folder: string): Promise<void> {
    const { tables, pages, events } = this.size;
    const readModel = await SqliteReadModel.open({ folder, tables });
    await this.fromLog(readModel);
    await this.derivedAnew(readModel);
    const { complete, counts } = await this.projector(readModel).status();
    if (!complete || counts.timeline !== events)
      throw new Error(`events are missing: ${JSON.stringify(counts)}`);
    for (const page of pages) await this.projectedLive(readModel, page);
    await readModel.close();
    const all = events + 2 * pages.length * this.live;
    const bytes = statSync(join(folder, 'views.sqlite')).size / all;
    this.run.say(`read side: ${bytes.toFixed(0)} bytes an event in views.sqlite, ${this.of}`);
  }

  private async fromLog(readModel: SqliteReadModel): Promise<void> {
    this.run.say(`read side: from the log, ${this.of}`);
    // As the product does it: on two processors it has no threads for rebuilds.
    const limits = availableParallelism() <= 2 ? { threadFacts: Infinity } : {};
    const projector = this.projector(readModel, limits);
    const took = await timed(this.log, this.size.events, () => projector.catchUp());
    const least = 100_000;
    const limit = { what: 'µs JSON.parse of an event', value: this.size.parse };
    // A rate that one thread reaches by itself, by its processor time.
    const goal = { text: `≥ ${least.toLocaleString('en')}/s`, met: 1e6 / took.thread >= least };
    this.add('from the log, tables included', took, { limit, goal, note: `, peak ${took.peak} MiB` });
  }

  private async derivedAnew(readModel: SqliteReadModel): Promise<void> {
    const { events, customers } = this.size;
    const scanned = await timed(this.log, events, () => scanning(readModel));
    const limit = { what: 'µs scanning and decoding the chunks', value: scanned.thread };
    const least = events / customers > 20 ? 1_000_000 : 400_000;
    const threads = readModel.rangeDeriver!.threads;
    // What is compiled at first is not what is measured: threads have derived what came from the log, this one has not.
    for (const [by, threadFacts, isMeasured] of [
      [`${threads} threads`, 0, true],
      ['one thread', Infinity, false],
      ['one thread', Infinity, true],
    ] as const) {
      this.run.say(`read side: derived anew by ${by}, ${this.of}`);
      const projector = this.projector(readModel, { threadFacts });
      await projector.rebuild();
      const took = await timed(this.log, events, () => projector.catchUp());
      // What the machine reaches with all its processors.
      const goal = { text: `≥ ${least.toLocaleString('en')}/s`, met: events / took.seconds >= least };
      const note = `, peak ${took.peak} MiB`;
      if (isMeasured) this.add(`tables derived anew by ${by}`, took, { limit, note, goal });
    }
  }

  private async projectedLive(readModel: SqliteReadModel, page: number): Promise<void> {
    const { log, live } = this;
    this.run.say(`read side: live, pages of ${page}, ${this.of}`);
    const one = this.projector(readModel, { pageEvents: page, bulkBacklog: Infinity });
    // What is read and compiled at first is not what is measured.
    log.more(live);
    await one.catchUp();
    log.more(live);
    const before = written();
    const took = await timed(log, live, () => one.catchUp());
    const most = this.size.customers > 100_000 ? 85 : 45;
    this.add(`live, pages of ${page}`, took, {
      count: live,
      limit: { what: 'µs JSON.parse of an event', value: this.size.parse },
      note: `, ${((written() - before) / live / 1_000).toFixed(1)} kB of log each`,
      ...(page === 50 && { goal: { text: `≤ ${most} µs`, met: took.thread <= most } }),
    });
  }

  private projector(readModel: SqliteReadModel, limits: Partial<ProjectorLimits> = {}): Projector {
    const { tables } = this.size;
    return new Projector({ events: this.log, readModel, tables, clock: new SetClock(this.now), limits });
  }

  private add(
    what: string,
    { thread, all, seconds }: Took,
    rest: Partial<Figure> & { readonly count?: number },
  ): void {
    const { count = this.size.events, note = '', ...figure } = rest;
    const rate = `${Math.round(count / seconds).toLocaleString('en')}/s`;
    this.run.add({
      ...{ bench: 'read side', what: `${what}, ${this.of}`, value: thread, unit: 'µs/event' },
      ...{ cost: { main: thread, all }, ...figure, note: `${rate}${note}` },
    });
  }
}

/** Measures work on events, without the making of them. */
async function timed(log: Visits, events: number, work: () => Promise<unknown>): Promise<Took> {
  forgetPeak();
  const { seconds, thread } = log.spent;
  const [began, used, mine] = [performance.now(), process.cpuUsage(), process.threadCpuUsage()];
  await work();
  const sum = ({ user, system }: NodeJS.CpuUsage) => user + system;
  const making = (log.spent.thread - thread) * 1e6;
  return {
    thread: (sum(process.threadCpuUsage(mine)) - making) / events,
    all: (sum(process.cpuUsage(used)) - making) / events,
    seconds: (performance.now() - began) / 1_000 - (log.spent.seconds - seconds),
    peak: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** Bytes that this thread has written to files; of a projecting one, to the write-ahead log (Linux). */
function written(): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/thread-self/io', 'utf8'))![1]);
}

/** The peak of the process's memory counts from now on; where the system is not Linux, from its start. */
function forgetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}

/** JSON.parse of one event, µs of processor time. */
export async function parsing(customers: number): Promise<number> {
  const log = new Visits(customers).more(20_000);
  const { events } = await log.readAll({ after: START, limit: 20_000 });
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

// Question: what do the timelines and the derived tables cost: from the log (bulk), derived anew, and live in small pages?
// Goals: bulk ≥ 100,000 events/s; rebuild ≥ 400,000 facts/s where customers have ten events; live in pages of 50 ≤ 45 µs an
// event for customers in memory and ≤ 85 µs for those that are not, ≤ 12 kB of write-ahead log.
// Limits, in the same run: JSON.parse of the same events; scanning and decoding the same chunks.
// Run: node dist/test/bench/projector.bench.js [events] [customers] [page]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteReadModel } from '#engines/sqlite';
import { START } from '#event-sourcing';
import { factsOfChunks } from '#journey';
import { Projector, type ProjectorLimits } from '#projector';
import type { DeliveredLog } from '../kit/delivered-log.js';
import { SetClock } from '../kit/projected.js';
import { machine } from './machine.js';
import { BEGINNING, Visits } from './visits.js';

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const CUSTOMERS = Number(process.argv[3] ?? 100_000);
const PAGE = Number(process.argv[4] ?? 50);
const LIVE = 20_000;
const clock = new SetClock(BEGINNING + (EVENTS + LIVE) * 5_000 + 3_600_000);

/** Seconds that passed, and processor seconds used: the two differ where others use the machine. */
interface Took {
  readonly seconds: number;
  readonly processor: number;
}

async function timed(work: () => Promise<unknown>): Promise<Took> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return { seconds: (performance.now() - start) / 1_000, processor: (user + system) / 1e6 };
}

function say(what: string, events: number, { seconds, processor }: Took, more = ''): void {
  const rate = Math.round(events / seconds).toLocaleString('en');
  const cost = ((processor / events) * 1e6).toFixed(2);
  const rss = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `${what.padEnd(44)} ${rate.padStart(10)} /s, ${cost} µs of processor each, rss ${rss} MiB${more}`,
  );
}

function open(folder: string) {
  // The write-ahead log is never checkpointed: its growth is what was written.
  return SqliteReadModel.open({ folder, logPages: 100_000_000 });
}

function projectorOf(
  events: DeliveredLog,
  readModel: SqliteReadModel,
  limits: Partial<ProjectorLimits> = {},
) {
  return new Projector({ events, readModel, clock, limits });
}

async function decoding(log: DeliveredLog): Promise<void> {
  const { events } = await log.readAll({ after: START, limit: 100_000 });
  const decoder = new TextDecoder();
  const took = await timed(async () => events.forEach(({ bytes }) => JSON.parse(decoder.decode(bytes))));
  say('limit: JSON.parse of the events', events.length, took);
}

async function scanning(readModel: SqliteReadModel): Promise<void> {
  const { layouts } = await readModel.stored.timelineState();
  let facts = 0;
  const took = await timed(async () => {
    for (let after: number | null = 0; after !== null;) {
      const page: Awaited<ReturnType<SqliteReadModel['stored']['scan']>> = await readModel.stored.scan(
        after,
        20_000,
      );
      for (const { customer, chunks } of page.timelines)
        facts += factsOfChunks(chunks, customer.name, layouts).length;
      after = page.next;
    }
  });
  say('limit: scanning and decoding the chunks', facts, took);
}

async function live(
  name: string,
  visits: Visits,
  log: DeliveredLog,
  readModel: SqliteReadModel,
  file: string,
) {
  const projector = projectorOf(log, readModel, { pageEvents: PAGE, bulkBacklog: Infinity });
  // What is read at first is not what is measured.
  visits.deliver(LIVE, log);
  await projector.catchUp();
  visits.deliver(LIVE, log);
  const before = statSync(`${file}-wal`).size;
  const took = await timed(() => projector.catchUp());
  const written = ((statSync(`${file}-wal`).size - before) / LIVE / 1_000).toFixed(1);
  say(`${name}, pages of ${PAGE}`, LIVE, took, `, ${written} kB of write-ahead log each`);
}

console.log(JSON.stringify(machine()));
console.log(`${EVENTS.toLocaleString('en')} events of ${CUSTOMERS.toLocaleString('en')} customers`);
const folder = mkdtempSync(join(tmpdir(), 'cx-bench-'));
try {
  const file = join(folder, 'views.sqlite');
  const visits = new Visits(CUSTOMERS);
  const log = visits.deliver(EVENTS);
  await decoding(log);
  const readModel = await open(folder);
  const projector = projectorOf(log, readModel);
  say('from the log, tables included', EVENTS, await timed(() => projector.catchUp()));
  await scanning(readModel);
  for (let round = 0; round < 2; round++) {
    await projector.rebuild();
    say('tables derived anew', EVENTS, await timed(() => projector.catchUp()));
  }
  const { counts, complete } = await projector.status();
  if (!complete || counts.timeline !== EVENTS)
    throw new Error(`events are missing: ${JSON.stringify(counts)}`);
  await live('live', visits, log, readModel, file);
  await readModel.close();
  console.log(`views.sqlite: ${Math.round(statSync(file).size / (EVENTS + 2 * LIVE))} bytes an event`);
} finally {
  rmSync(folder, { recursive: true });
}

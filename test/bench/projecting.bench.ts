// Question: how fast are views caught up from nothing, rebuilt one by one, and kept up with live events, on one thread?
// Goals: catch-up of a cheap view ≥ 30,000 events/s, rebuild of one view ≥ 100,000 events/s.
// Limit: decoding the same events with JSON.parse; and scanning the timeline's rows, in the same run.
// Run: node dist/test/bench/projecting.bench.js [events] [customers]
import { DatabaseSync } from 'node:sqlite';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, type Cells, type Fact } from '#event-sourcing';
import { PROJECTIONS } from '#projections';
import { PolicyBook } from '#scoring';
import type { AnyProjection } from '#subscription';
import { DeliveredLog } from '../kit/delivered-log.js';
import { Projecting, SetClock } from '../kit/projecting.js';
import { recordedEvent, storedBytes, type Told } from '../kit/recorded-events.js';
import { machine } from './machine.js';

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const CUSTOMERS = Number(process.argv[3] ?? 100_000);
const BEGINNING = Date.UTC(2026, 0, 1);
const clock = new SetClock(Date.UTC(2026, 8, 1));

const count = (cells: Cells, fact: Fact) => {
  const seen = cells.get<{ events: number; last: number }>(ROOT) ?? { events: 0, last: 0 };
  cells.set(ROOT, { events: seen.events + 1, last: fact.occurredAt });
};

/** As cheap as a view with a list can be. */
const CHEAP: AnyProjection = {
  name: 'activity',
  version: 1,
  handlers: {
    ContactStarted: count,
    CustomerGreeted: count,
    IssueRaised: count,
    ResolutionProvided: count,
    IssueClosed: count,
    ContactEnded: count,
    FeedbackGiven: count,
    PurchaseMade: count,
  },
  touches: () => [ROOT],
  viewTouches: () => [],
  view: (cells) => cells.get(ROOT),
  list: { columns: { last: 'integer' }, indexes: [['last']], drifting: [] },
  rows: (_key, cell) => [{ key: 'activity', columns: { last: (cell as { last: number }).last } }],
};

/** A visit to the service: eight touchpoints in their natural course. */
const COURSE: readonly ((n: number) => Pick<Told, 'type' | 'data'>)[] = [
  (n) => ({
    type: 'ContactStarted',
    data: { contactId: `k-${n}`, channel: 'phone', direction: 'inbound', queue: 'general' },
  }),
  (n) => ({
    type: 'CustomerGreeted',
    data: { contactId: `k-${n}`, agentId: `a-${n % 50}`, agentKind: 'human', waitSeconds: 35 },
  }),
  (n) => ({
    type: 'IssueRaised',
    data: { issueId: `i-${n}`, contactId: `k-${n}`, category: 'billing', severity: 'normal', team: 'red' },
  }),
  (n) => ({
    type: 'ResolutionProvided',
    data: { issueId: `i-${n}`, contactId: `k-${n}`, agentId: `a-${n % 50}` },
  }),
  (n) => ({ type: 'IssueClosed', data: { issueId: `i-${n}`, contactId: `k-${n}` } }),
  (n) => ({
    type: 'ContactEnded',
    data: { contactId: `k-${n}`, disposition: 'completed', talkSeconds: 240 },
  }),
  (n) => ({ type: 'FeedbackGiven', data: { survey: 'csat', score: 1 + (n % 5), contactId: `k-${n}` } }),
  (n) => ({ type: 'PurchaseMade', data: { orderId: `o-${n}`, amount: '19.90', currency: 'EUR' } }),
];

/** Events of many customers, interleaved; one in a hundred comes a day late. Seeded: the same each time. */
function history(events: number, customers: number, prefix: string): DeliveredLog {
  let seed = 42;
  const random = (below: number) => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) % below;
  const met = new Uint32Array(customers);
  const log = new DeliveredLog();
  for (let n = 0; n < events; n++) {
    const customer = random(customers);
    const visit = met[customer]!++;
    const late = random(100) === 0 ? 86_400_000 : 0;
    const made = COURSE[visit % COURSE.length]!(customer * 1_000 + Math.floor(visit / COURSE.length));
    const told = {
      ...made,
      id: `${prefix}-${n}`,
      at: BEGINNING + n * 10_000 - late,
      customer: `customer-${customer}`,
    };
    log.deliverBytes(storedBytes(recordedEvent(told)));
  }
  return log;
}

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

const say = (what: string, rate: number, more = '') =>
  console.log(`${what.padEnd(50)} ${Math.round(rate).toLocaleString('en').padStart(10)} /s ${more}`);
const sayTook = (what: string, events: number, { seconds, processor }: Took) =>
  say(
    what,
    events / seconds,
    `(${((processor / events) * 1e6).toFixed(1)} µs of processor an event, ${rss()})`,
  );
const rss = () => `rss ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`;

async function decodingLimit(log: DeliveredLog): Promise<void> {
  const { events } = await log.readAll({ after: 0n, limit: 100_000 });
  const decoder = new TextDecoder();
  const { seconds } = await timed(async () =>
    events.forEach(({ bytes }) => JSON.parse(decoder.decode(bytes))),
  );
  say('limit: JSON.parse of the events', events.length / seconds);
}

function scanningLimit(folder: string): void {
  const db = new DatabaseSync(join(folder, 'views.sqlite'), { readOnly: true });
  const rows = db.prepare('SELECT at, type, facts FROM timeline');
  rows.setReturnArrays(true);
  const start = performance.now();
  let read = 0;
  for (const _ of rows.iterate()) read += 1;
  say('limit: scanning the timeline row by row', (read / (performance.now() - start)) * 1_000);
  db.close();
}

async function measure(
  name: string,
  projections: readonly AnyProjection[],
  log: DeliveredLog,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cx-bench-'));
  const policyBook = PolicyBook.of.bind(PolicyBook);
  const made = await Projecting.begin({ events: log, projections, policyBook, clock, folder });
  const { projector } = made;
  sayTook(`${name}: catch-up from nothing`, EVENTS, await timed(() => projector.catchUp()));
  for (const view of projections) {
    const took = await timed(async () => {
      await projector.rebuild(view.name);
      await projector.catchUp();
    });
    sayTook(`${name}: rebuild of ${view.name}`, EVENTS, took);
  }
  await projector.catchUp();
  scanningLimit(folder);
  const status = await projector.status();
  if (!status.complete || status.counts.timeline !== EVENTS)
    throw new Error(`events are missing: ${JSON.stringify(status.counts)}`);
  const size = statSync(join(folder, 'views.sqlite')).size;
  console.log(`${name}: views.sqlite ${Math.round(size / EVENTS)} bytes an event`);
  await made.close();
  rmSync(folder, { recursive: true });
}

/** The same events as they come live, with the views as they are after half of them. */
async function live(name: string, projections: readonly AnyProjection[], page: number): Promise<void> {
  const events = Math.min(EVENTS, 100_000);
  const log = history(events, Math.min(CUSTOMERS, 20_000), 'live');
  const policyBook = PolicyBook.of.bind(PolicyBook);
  const limits = { bulkBacklog: Infinity, pageEvents: page };
  const made = await Projecting.begin({ events: log, projections, policyBook, clock, limits });
  sayTook(`${name}: live, in pages of ${page}`, events, await timed(() => made.projector.catchUp()));
  await made.end();
}

console.log(JSON.stringify(machine()));
console.log(`${EVENTS.toLocaleString('en')} events of ${CUSTOMERS.toLocaleString('en')} customers`);
const log = history(EVENTS, CUSTOMERS, 'e');
await decodingLimit(log);
if (process.argv[4] === undefined) {
  await measure('one cheap view', [CHEAP], log);
  await measure('the three views', PROJECTIONS, log);
}
const pages = process.argv[4] === undefined ? [10, 100, 2_000] : [Number(process.argv[4])];
for (const page of pages) {
  await live('one cheap view', [CHEAP], page);
  await live('the three views', PROJECTIONS, page);
}

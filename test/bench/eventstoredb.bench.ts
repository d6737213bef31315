// How fast is the EventStoreDB adapter beside the bare client, on one server in one run?
//   node dist/test/bench/eventstoredb.bench.js [--seconds 2] [--rounds 4]
// On the double, unless CX_TEST_EVENTSTORE names a real server. The adapter recognises repeats, keeps its index meanwhile and
// gives the position of every event; the client does nothing but append. Rounds take turns.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EventStoreDBClient, type EventData, NO_STREAM, streamNameFilter } from '@eventstore/db-client';
import { START } from '#event-sourcing';
import { EventStoreDbStore } from '#engines/eventstoredb';
import { SqliteEventIndex } from '#engines/sqlite';
import type { NewEvent } from '#event-store';
import { EventStoreServer } from '../kit/eventstore-server.js';
import { newEvent } from '../kit/new-events.js';
import { machine, percentile } from './machine.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '2' }, rounds: { type: 'string', default: '4' } },
});
const roundMillis = Number(values.seconds) * 1000;

/** 300 bytes, as an average touchpoint. */
const CONTENT = 'x'.repeat(190);

const server = await EventStoreServer.start();
const client = EventStoreDBClient.connectionString(server.connection);
const folder = mkdtempSync(join(tmpdir(), 'cx-bench-'));
const connection = server.newLedger();
const prefix = `${new URL(connection).searchParams.get('ledger')}_`;
const index = await SqliteEventIndex.open({ folder });
const store = await EventStoreDbStore.open({ connection, index });

let made = 0;
/** Events of new customers: no stream is appended to twice, so both sides append at NO_STREAM. */
const eventsOf = (customers: number, each: number): NewEvent[] =>
  Array.from({ length: customers }, () => `customer-default.${made++}`).flatMap((stream) =>
    Array.from({ length: each }, (_, i) => newEvent(stream, `${stream}-${i}`, { content: CONTENT })),
  );

const dataOf = ({ eventId, type, bytes }: NewEvent): EventData => ({
  ...{ id: eventId, type, contentType: 'application/octet-stream', data: bytes },
  metadata: undefined,
});

async function bare(events: readonly NewEvent[], each: number): Promise<void> {
  const appends: Promise<unknown>[] = [];
  for (let i = 0; i < events.length; i += each)
    appends.push(
      client.appendToStream(`bare-${events[i]!.stream}`, events.slice(i, i + each).map(dataOf), {
        expectedRevision: NO_STREAM,
      }),
    );
  await Promise.all(appends);
}

interface Shape {
  readonly what: string;
  readonly writers: number;
  readonly customers: number;
  readonly each: number;
}

const SHAPES: readonly Shape[] = [
  { what: '200 writers, 1 event a request', writers: 200, customers: 1, each: 1 },
  { what: '10 writers, 100 events of 100 customers a request', writers: 10, customers: 100, each: 1 },
  { what: '10 writers, 20 events of 1 customer a request', writers: 10, customers: 1, each: 20 },
];

type Append = (events: readonly NewEvent[], each: number) => Promise<unknown>;

interface Round {
  readonly rate: number;
  /** Processor time of this process, its threads included, µs an event. */
  readonly cost: number;
  readonly latencies: number[];
}

async function round(append: Append, shape: Shape): Promise<Round> {
  const latencies: number[] = [];
  const before = process.cpuUsage();
  let events = 0;
  const begun = performance.now();
  const end = begun + roundMillis;
  const write = async () => {
    while (performance.now() < end) {
      const request = eventsOf(shape.customers, shape.each);
      const sent = performance.now();
      await append(request, shape.each);
      latencies.push(performance.now() - sent);
      events += request.length;
    }
  };
  await Promise.all(Array.from({ length: shape.writers }, write));
  const { user, system } = process.cpuUsage(before);
  return { rate: (events * 1000) / (performance.now() - begun), cost: (user + system) / events, latencies };
}

const median = (numbers: readonly number[]) => percentile([...numbers], 0.5);

async function compare(shape: Shape) {
  const subjects: Record<
    'client' | 'adapter',
    { append: Append; rates: number[]; costs: number[]; latencies: number[] }
  > = {
    client: { append: bare, rates: [], costs: [], latencies: [] },
    adapter: { append: (events) => store.append({ events }), rates: [], costs: [], latencies: [] },
  };
  for (let i = 0; i < Number(values.rounds); i++)
    for (const subject of Object.values(subjects)) {
      const { rate, cost, latencies } = await round(subject.append, shape);
      subject.rates.push(rate);
      subject.costs.push(cost);
      subject.latencies.push(...latencies);
    }
  const { client: limit, adapter } = subjects;
  return {
    what: shape.what,
    'adapter events/s': Math.round(median(adapter.rates)),
    'client events/s': Math.round(median(limit.rates)),
    'of it': Number((median(adapter.rates) / median(limit.rates)).toFixed(2)),
    'adapter µs': Math.round(median(adapter.costs)),
    'client µs': Math.round(median(limit.costs)),
    'adapter p50 ms': Number(percentile(adapter.latencies, 0.5).toFixed(1)),
    'adapter p99 ms': Number(percentile(adapter.latencies, 0.99).toFixed(1)),
  };
}

/** Everything of the ledger, in pages; beside a subscription that counts. */
async function reading() {
  let events = 0;
  const begun = performance.now();
  for (let after = START; ;) {
    const page = await store.readAll({ after, limit: 1_000 });
    events += page.events.length;
    after = page.scannedTo;
    if (page.atEnd) break;
  }
  const rate = (events * 1000) / (performance.now() - begun);
  let counted = 0;
  const then = performance.now();
  const subscription = client.subscribeToAll({
    filter: streamNameFilter({ prefixes: [prefix], maxSearchWindow: 4_096 }),
  });
  subscription.on('data', () => counted++);
  await new Promise((resolve) => subscription.once('caughtUp', resolve));
  const limit = (counted * 1000) / (performance.now() - then);
  await subscription.unsubscribe();
  return {
    what: `reading ${events} events in pages of 1,000`,
    'adapter events/s': Math.round(rate),
    'client events/s': Math.round(limit),
    'of it': Number((rate / limit).toFixed(2)),
  };
}

console.log(machine());
console.log(EventStoreServer.isReal ? 'real server' : 'double', `load ${loadavg()[0]!.toFixed(1)}`);
const rows: object[] = [];
for (const shape of SHAPES) rows.push(await compare(shape));
rows.push(await reading());
console.table(rows);
await store.close();
await Promise.race([client.dispose(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
await server.remove();
rmSync(folder, { recursive: true });
process.exit(0);

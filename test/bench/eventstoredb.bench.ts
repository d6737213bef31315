// How fast is the EventStoreDB adapter beside the bare client, on one server in one run?
//   node dist/test/bench/eventstoredb.bench.js [--seconds 1] [--rounds 6] [--shape 0…3] [--only adapter|client|'with reading']
// On the double, unless CX_TEST_EVENTSTORE names a real server. Both append the same events: as many streams, the same ids in the
// store, data and metadata to the byte, as many appends at a time, each at NO_STREAM. The adapter also recognises repeats, fills its
// index and gives the position of every event; a round of it ends when its index has everything. Rounds take turns; the first of
// each shape is not counted: most of it is compiling. `with reading`: the client that also has a subscription, of another thread,
// deliver what it appends, and does nothing with it: the least that an index filled by a subscription can cost.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { EventStoreDBClient, type EventData, NO_STREAM, streamNameFilter } from '@eventstore/db-client';
import { START } from '#event-sourcing';
import { openEventStore } from '#engines';
import { SqliteEventIndexReader } from '#engines/sqlite';
import type { NewEvent } from '#event-store';
import { EventStoreServer } from '../kit/eventstore-server.js';
import { machine, percentile } from './machine.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '6' },
    only: { type: 'string' },
    shape: { type: 'string' },
  },
});
const roundMillis = Number(values.seconds) * 1000;

/** With what stands around it 300 bytes, as an average touchpoint. */
const CONTENT = Buffer.from(`{"content":"${'x'.repeat(285)}"}`);

const server = await EventStoreServer.start();
const client = EventStoreDBClient.connectionString(server.connection);
const folder = mkdtempSync(join(tmpdir(), 'cx-bench-'));
const connection = server.newLedger();
const prefix = `${new URL(connection).searchParams.get('ledger')}_`;
/** As long as the ledger's, so that both store as many bytes; of this run alone, so that no append is a repeat of an earlier run's. */
const barePrefix = `b${prefix.slice(1)}`;
const store = await openEventStore({ kind: 'esdb', url: connection, local: folder });
const index = new SqliteEventIndexReader({ folder });

let made = 0;
/** Events of new customers: no stream is appended to twice. Making one costs next to nothing, for both alike. */
const eventsOf = (customers: number, each: number): NewEvent[] =>
  Array.from({ length: customers * each }, (_, i) => {
    const number = made++;
    const hash = Buffer.alloc(16);
    hash.writeUInt32BE(number);
    return {
      stream: `customer-default.${number - (i % each)}`,
      eventId: `${number.toString(16).padStart(8, '0')}-0000-5000-8000-000000000000`,
      ...{ type: 'cx.IssueRaised.v1', bytes: CONTENT, contentHash: hash, recordedAt: 1_760_000_000_000 },
    };
  });

/** As the adapter stores an event, without what it computes for that: the id is not derived from the content. */
const dataOf = ({ eventId, type, bytes, contentHash, recordedAt }: NewEvent): EventData => ({
  ...{ id: eventId, type, contentType: 'application/octet-stream', data: bytes },
  metadata: new Uint8Array(
    Buffer.from(
      JSON.stringify({ eventId, contentHash: Buffer.from(contentHash).toString('hex'), recordedAt }),
    ),
  ),
});

async function bare(prefixed: string, events: readonly NewEvent[], each: number): Promise<void> {
  const appends: Promise<unknown>[] = [];
  for (let i = 0; i < events.length; i += each)
    appends.push(
      client.appendToStream(prefixed + events[i]!.stream, events.slice(i, i + each).map(dataOf), {
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
  { what: '200 writers, 20 events of 1 customer a request', writers: 200, customers: 1, each: 20 },
];

interface Subject {
  readonly append: (events: readonly NewEvent[], each: number) => Promise<unknown>;
  /** Waits until nothing is left to do of what was appended. */
  readonly settled: () => Promise<unknown>;
}

/** One round. Processor time is in µs an event: of the thread that appends, and of the process with all its threads. */
interface Round {
  readonly rate: number;
  readonly thread: number;
  readonly process: number;
  readonly latencies: number[];
}

async function round({ append, settled }: Subject, shape: Shape): Promise<Round> {
  const latencies: number[] = [];
  const [thread, whole] = [process.threadCpuUsage(), process.cpuUsage()];
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
  await settled();
  const cost = ({ user, system }: NodeJS.CpuUsage) => (user + system) / events;
  return {
    rate: (events * 1000) / (performance.now() - begun),
    thread: cost(process.threadCpuUsage(thread)),
    process: cost(process.cpuUsage(whole)),
    latencies,
  };
}

const median = (numbers: readonly number[]) => percentile([...numbers], 0.5);

/** What a subscription of another thread has delivered of what the client appends under this prefix. */
const readBackPrefix = `r${prefix.slice(1)}`;
const delivered = new Int32Array(new SharedArrayBuffer(4));
let readBack = 0;
const COUNTING = `
  const { workerData: { address, prefix, delivered } } = require('node:worker_threads');
  const { EventStoreDBClient, streamNameFilter } = require('@eventstore/db-client');
  EventStoreDBClient.connectionString(address)
    .subscribeToAll({ filter: streamNameFilter({ prefixes: [prefix], maxSearchWindow: 4096 }) })
    .on('data', () => Atomics.add(delivered, 0, 1));`;
const counting = new Worker(COUNTING, {
  ...{ eval: true, execArgv: [] },
  workerData: { address: server.connection, prefix: readBackPrefix, delivered },
});

const SUBJECTS: Readonly<Record<'client' | 'with reading' | 'adapter', Subject>> = {
  client: { append: (events, each) => bare(barePrefix, events, each), settled: () => Promise.resolve() },
  'with reading': {
    append: (events, each) => {
      readBack += events.length;
      return bare(readBackPrefix, events, each);
    },
    settled: async () => {
      while (Atomics.load(delivered, 0) < readBack) await new Promise((resolve) => setTimeout(resolve, 1));
    },
  },
  adapter: {
    append: (events) => store.append({ events }),
    settled: async () => {
      const head = await store.head();
      while ((await index.head()) < head) await new Promise((resolve) => setTimeout(resolve, 1));
    },
  },
};

async function compare(shape: Shape) {
  const rounds: Record<keyof typeof SUBJECTS, Round[]> = { client: [], 'with reading': [], adapter: [] };
  for (let i = 0; i <= Number(values.rounds); i++)
    for (const name of ['client', 'with reading', 'adapter'] as const)
      if (values.only === undefined || values.only === name) {
        const counted = await round(SUBJECTS[name], shape);
        if (i > 0) rounds[name].push(counted);
      }
  const { client: limit, adapter, 'with reading': reading } = rounds;
  const of = (those: readonly Round[], what: 'rate' | 'thread' | 'process') =>
    median(those.map((one) => one[what]));
  const latency = (part: number) =>
    Number(
      percentile(
        adapter.flatMap(({ latencies }) => latencies),
        part,
      ).toFixed(1),
    );
  const ratio = (a: number, b: number) => Number((a / b).toFixed(2));
  return {
    what: shape.what,
    'adapter/s': Math.round(of(adapter, 'rate')),
    'client/s': Math.round(of(limit, 'rate')),
    'of it': ratio(of(adapter, 'rate'), of(limit, 'rate')),
    'with reading, of it': ratio(of(reading, 'rate'), of(limit, 'rate')),
    'thread µs': Math.round(of(adapter, 'thread')),
    'client thread µs': Math.round(of(limit, 'thread')),
    'of thread': ratio(of(limit, 'thread'), of(adapter, 'thread')),
    'process µs': Math.round(of(adapter, 'process')),
    'client process µs': Math.round(of(limit, 'process')),
    'with reading process µs': Math.round(of(reading, 'process')),
    'p50 ms': latency(0.5),
    'p99 ms': latency(0.99),
  };
}

/** Everything of the ledger, in pages: events. */
async function readPages(): Promise<number> {
  let events = 0;
  for (let after = START; ;) {
    const page = await store.readAll({ after, limit: 1_000 });
    events += page.events.length;
    after = page.scannedTo;
    if (page.atEnd) return events;
  }
}

/** The same by a subscription that counts. */
async function readBare(): Promise<number> {
  let events = 0;
  const subscription = client.subscribeToAll({
    filter: streamNameFilter({ prefixes: [prefix], maxSearchWindow: 4_096 }),
  });
  subscription.on('data', () => events++);
  await new Promise((resolve) => subscription.once('caughtUp', resolve));
  await subscription.unsubscribe();
  return events;
}

async function readingRound(read: () => Promise<number>) {
  const [begun, thread] = [performance.now(), process.threadCpuUsage()];
  const events = await read();
  const { user, system } = process.threadCpuUsage(thread);
  return { events, rate: (events * 1000) / (performance.now() - begun), thread: (user + system) / events };
}

async function reading() {
  const rounds: Record<'adapter' | 'client', Awaited<ReturnType<typeof readingRound>>[]> = {
    adapter: [],
    client: [],
  };
  for (let i = 0; i <= Number(values.rounds); i++) {
    const [adapter, bare] = [await readingRound(readPages), await readingRound(readBare)];
    if (i === 0) continue;
    rounds.adapter.push(adapter);
    rounds.client.push(bare);
  }
  const of = (who: keyof typeof rounds, what: 'rate' | 'thread') =>
    median(rounds[who].map((one) => one[what]));
  return {
    what: `reading ${rounds.adapter[0]!.events} events in pages of 1,000`,
    'adapter/s': Math.round(of('adapter', 'rate')),
    'client/s': Math.round(of('client', 'rate')),
    'of it': Number((of('adapter', 'rate') / of('client', 'rate')).toFixed(2)),
    'thread µs': Math.round(of('adapter', 'thread')),
    'client thread µs': Math.round(of('client', 'thread')),
    'of thread': Number((of('client', 'thread') / of('adapter', 'thread')).toFixed(2)),
  };
}

console.log(machine());
console.log(EventStoreServer.isReal ? 'real server' : 'double', `load ${loadavg()[0]!.toFixed(1)}`);
const rows: object[] = [];
for (const [i, shape] of SHAPES.entries())
  if (values.shape === undefined || values.shape === String(i)) rows.push(await compare(shape));
rows.push(await reading());
console.table(rows);
await store.close();
await counting.terminate();
await Promise.race([client.dispose(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
await server.remove();
rmSync(folder, { recursive: true });
process.exit(0);

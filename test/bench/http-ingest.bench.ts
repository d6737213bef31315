// Question: how many events a second does one server take in over HTTP, checked, sealed and durable, and how long do
// publishers and readers wait meanwhile? (Goals: batches of 100 at 25,000 events/s, p99 under 100 ms at 80 % of the
// most; singles over 64 connections at 5,000/s.)
// Limit: raw write + fdatasync of events of the same size, 100 a commit, in the same run.
// Run: node dist/test/bench/http-ingest.bench.js [--profile]
import { fork } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Api } from '../kit/api.js';
import { startServer } from '../kit/server.js';
import type { TestServer } from '../kit/server.js';
import { until } from '../kit/until.js';
import type { LoadOrder, LoadResult } from './http-load.js';
import { machine, percentile } from './machine.js';
import { RawFile } from './raw-file.js';
import { touchpoints } from './touchpoints.js';

const LOAD = join(import.meta.dirname, 'http-load.js');
const EVENTS_OF_A_RUN = Number(process.env['CX_BENCH_EVENTS'] ?? 200_000);
const SINGLES_OF_A_RUN = Number(process.env['CX_BENCH_SINGLES'] ?? 30_000);

type Order = Omit<LoadOrder, 'url' | 'key' | 'run'>;
interface Row extends LoadResult {
  readonly name: string;
  readonly rate: number;
  /** How long a reader of one customer waited meanwhile, ms. */
  readonly read: { readonly p50: number; readonly p99: number };
}

let runs = 0;

function load(order: LoadOrder): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = fork(LOAD);
    child.once('message', (result) => {
      child.kill();
      resolve(result as LoadResult);
    });
    child.once('exit', (code) => reject(new Error(`the clients ended with ${code}`)));
    child.send(order);
  });
}

/** Reads one customer every 20 ms until told to stop; gives how long each took. */
function readMeanwhile(api: Api): () => Promise<number[]> {
  const times: number[] = [];
  let going = true;
  const reading = (async () => {
    while (going) {
      const start = performance.now();
      await api.ask('/v1/customers/customer-1/issues');
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return async () => {
    going = false;
    await reading;
    return times;
  };
}

async function run(server: TestServer, name: string, order: Order): Promise<Row> {
  const api = Api.of(server);
  const stopReading = readMeanwhile(api);
  const result = await load({ ...order, url: server.url, key: server.key, run: `r${++runs}` });
  const times = await stopReading();
  await until(
    'the views to catch up',
    async () => {
      const { body } = await api.ask('/v1/projections');
      return body.items.every(({ eventsBehind }: { eventsBehind: number }) => eventsBehind === 0);
    },
    600_000,
  );
  const row = {
    ...{ name, ...result, rate: result.events / result.seconds },
    read: { p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
  };
  console.log(lineOf(row));
  return row;
}

function lineOf({ name, rate, p50, p99, max, refused, read }: Row): string {
  const ms = (value: number) => `${value.toFixed(1)} ms`.padStart(10);
  return [
    name.padEnd(40),
    `${Math.round(rate).toLocaleString('en')}/s`.padStart(10),
    ms(p50),
    ms(p99),
    ms(max),
    String(refused).padStart(8),
    ms(read.p50),
    ms(read.p99),
  ].join(' ');
}

function rawRate(folder: string): number {
  const events = touchpoints(20_000, 20_000);
  const file = new RawFile(join(folder, 'raw'));
  const start = performance.now();
  for (let i = 0; i < events.length; i += 100) file.append(events.slice(i, i + 100));
  const seconds = (performance.now() - start) / 1000;
  file.close();
  return events.length / seconds;
}

const server = await startServer();
const folder = dirname(server.folder);
console.log(machine());
const raw = rawRate(folder);
console.log(`limit: raw write + fdatasync, 100 a commit: ${Math.round(raw).toLocaleString('en')} events/s\n`);
console.log(`${''.padEnd(40)}       rate        p50        p99        max  refused   read p50   read p99`);
const batches = (connections: number, pace?: number): Order => ({
  ...{ connections, eventsPerRequest: 100, requests: EVENTS_OF_A_RUN / 100, pace },
});
await run(server, 'warming up', { ...batches(16), requests: 200 });
const rows = [];
for (const connections of [1, 16, 64]) {
  rows.push(await run(server, `batches of 100, ${connections} connections`, batches(connections)));
}
const most = Math.max(...rows.map(({ rate }) => rate));
rows.push(await run(server, 'batches of 100, 64 connections, at 80 %', batches(64, (0.8 * most) / 100)));
for (const connections of [1, 64]) {
  const requests = connections === 1 ? SINGLES_OF_A_RUN / 20 : SINGLES_OF_A_RUN;
  rows.push(
    await run(server, `singles, ${connections} connections`, { connections, eventsPerRequest: 1, requests }),
  );
}
const memory = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
console.log(`\nmemory of the server at most: ${Math.round(Number(memory) / 1024)} MiB`);
await server.stop();
rmSync(folder, { recursive: true });
const results = join(import.meta.dirname, '../../bench-results');
mkdirSync(results, { recursive: true });
const report = { machine: machine(), rawPerSecond: raw, memoryMiB: Number(memory) / 1024, rows };
writeFileSync(join(results, 'http-ingest.json'), JSON.stringify(report, undefined, 2));

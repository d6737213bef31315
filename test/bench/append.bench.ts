// How fast are durable appends, on a store that already holds so many events?
//   node dist/test/bench/append.bench.js [--stored 0,1000000] [--per-commit 1,20,100,1000] [--seconds 3] [--out FILE]
// Limits measured in the same run: write + fdatasync of the same bytes; and the plain layout (one SQLite row an
// event, two unique indexes) on as many events.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedEventStore } from '#event-store';
import type { NewEvent } from '#event-sourcing';
import { machine, percentile } from './machine.js';
import { PlainLog } from './plain-log.js';
import { RawFile } from './raw-file.js';
import { touchpoints } from './touchpoints.js';

const { values } = parseArgs({
  options: {
    stored: { type: 'string', default: '0,1000000' },
    'per-commit': { type: 'string', default: '1,20,100,1000' },
    seconds: { type: 'string', default: '3' },
    plain: { type: 'string', default: 'yes' },
    out: { type: 'string', default: join(tmpdir(), 'cx-append-bench.json') },
  },
});
const numbers = (text: string) => text.split(',').map(Number);
const millis = Number(values.seconds) * 1000;
const CACHE = join(tmpdir(), 'cx-append-bench');

interface Rate {
  readonly eventsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Appends commit after commit, `writers` at once, for the time set; events are made before the clock runs. */
async function measure(
  append: (events: NewEvent[]) => unknown,
  perCommit: number,
  writers: number,
  customers: number,
): Promise<Rate> {
  const latencies: number[] = [];
  let events = 0;
  let spent = 0;
  while (spent < millis) {
    const chunk = touchpoints(Math.max(20_000, perCommit * writers), customers);
    const commits = Array.from({ length: Math.floor(chunk.length / perCommit) }, (_, i) =>
      chunk.slice(i * perCommit, (i + 1) * perCommit),
    );
    const began = performance.now();
    const write = async () => {
      for (let commit = commits.pop(); commit !== undefined; commit = commits.pop()) {
        const start = performance.now();
        if (start - began > millis) return;
        await append(commit);
        latencies.push(performance.now() - start);
        events += perCommit;
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    spent += performance.now() - began;
  }
  const round = (value: number) => Math.round(value * 100) / 100;
  return {
    eventsPerSecond: Math.round((events * 1000) / spent),
    p50: round(percentile(latencies, 0.5)),
    p99: round(percentile(latencies, 0.99)),
  };
}

/** A copy of a store with so many events, made once and kept among the temporary files. */
async function seeded(
  kind: string,
  stored: number,
  seed: (folder: string) => Promise<void>,
): Promise<string> {
  const cached = join(CACHE, `${kind}-${stored}`);
  if (!existsSync(cached)) {
    process.stderr.write(`making ${cached} …\n`);
    rmSync(`${cached}.new`, { recursive: true, force: true });
    mkdirSync(`${cached}.new`, { recursive: true });
    await seed(`${cached}.new`);
    renameSync(`${cached}.new`, cached);
  }
  const folder = join(CACHE, 'run');
  rmSync(folder, { recursive: true, force: true });
  cpSync(cached, folder, { recursive: true });
  return folder;
}

const customersOf = (stored: number) => Math.max(1000, stored / 10);

async function fill(stored: number, append: (events: NewEvent[]) => unknown): Promise<void> {
  for (let left = stored; left > 0; left -= 10_000)
    await append(touchpoints(Math.min(10_000, left), customersOf(stored)));
}

async function adapterRates(stored: number) {
  const folder = await seeded('embedded', stored, async (target) => {
    const store = await EmbeddedEventStore.open({ folder: target });
    await fill(stored, (events) => store.append({ events }));
    await store.close();
  });
  const store = await EmbeddedEventStore.open({ folder });
  const append = (events: NewEvent[]) => store.append({ events });
  await measure(append, 100, 1, customersOf(stored));
  const rates = new Map<number, { one: Rate; sixteen: Rate; raw: Rate }>();
  for (const perCommit of numbers(values['per-commit'])) {
    const one = await measure(append, perCommit, 1, customersOf(stored));
    const raw = await rawRate(perCommit);
    rates.set(perCommit, { one, raw, sixteen: await measure(append, perCommit, 16, customersOf(stored)) });
  }
  await store.close();
  return rates;
}

async function rawRate(perCommit: number): Promise<Rate> {
  const file = new RawFile(join(CACHE, 'raw'));
  try {
    return await measure((events) => file.append(events), perCommit, 1, 1000);
  } finally {
    file.close();
  }
}

async function plainRates(stored: number) {
  const folder = await seeded('plain', stored, async (target) => {
    const log = new PlainLog(target);
    await fill(stored, (events) => log.append(events));
    log.close();
  });
  const log = new PlainLog(folder);
  const rates = new Map<number, Rate>();
  for (const perCommit of numbers(values['per-commit'])) {
    rates.set(perCommit, await measure((events) => log.append(events), perCommit, 1, customersOf(stored)));
  }
  log.close();
  return rates;
}

const table: Record<string, unknown>[] = [];
for (const stored of numbers(values.stored)) {
  const adapter = await adapterRates(stored);
  const plain = values.plain === 'yes' ? await plainRates(stored) : undefined;
  for (const [perCommit, { one, sixteen, raw }] of adapter) {
    const plainly = plain?.get(perCommit)?.eventsPerSecond ?? NaN;
    table.push({
      stored,
      'per commit': perCommit,
      'events/s': one.eventsPerSecond,
      'p50 ms': one.p50,
      'p99 ms': one.p99,
      '16 writers': sixteen.eventsPerSecond,
      'raw + fdatasync': raw.eventsPerSecond,
      'of raw': Math.round((100 * one.eventsPerSecond) / raw.eventsPerSecond) / 100,
      'plain layout': plainly,
      '× plain': Math.round((10 * one.eventsPerSecond) / plainly) / 10,
    });
  }
}
rmSync(join(CACHE, 'run'), { recursive: true, force: true });
rmSync(join(CACHE, 'raw'), { force: true });

console.log('Durable appends of 300-byte events; one writer unless said otherwise.');
console.log(machine());
console.table(table);
writeFileSync(values.out, JSON.stringify({ machine: machine(), table }, null, 2));
console.log(`written to ${values.out}`);

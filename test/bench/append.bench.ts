// How fast are durable appends, on a store that already holds so many events?
//   node dist/test/bench/append.bench.js [--stored 0,1000000] [--per-commit 1,20,100,1000] [--seconds 3] [--out FILE]
// Limits measured in the same run: write + fdatasync of the same bytes; and the plain layout (one SQLite row an
// event, two unique indexes) on as many events.
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedEventStore } from '#engines/sqlite';
import type { NewEvent } from '#event-store';
import { machine, percentile } from './machine.js';
import { PlainLog } from './plain-log.js';
import { RawFile } from './raw-file.js';
import { CACHE, copyOf, customersOf, embeddedFolder, plainFolder } from './seeded-folder.js';
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

interface Rate {
  readonly eventsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Rounds of a measure. Those of all subjects take turns, so that what else the machine does meets them alike. */
const ROUNDS = 5;

type Append = (events: NewEvent[]) => unknown;

interface Subject {
  readonly append: Append;
  readonly writers: number;
  readonly rates: number[];
  readonly latencies: number[];
}

const subject = (append: Append, writers = 1): Subject => ({ append, writers, rates: [], latencies: [] });

/** Appends commit after commit for one round; the events are made before the clock runs. */
async function round(
  { append, writers, rates, latencies }: Subject,
  perCommit: number,
  customers: number,
): Promise<void> {
  let events = 0;
  let spent = 0;
  while (spent < millis / ROUNDS) {
    const chunk = touchpoints(Math.max(5000, perCommit * writers * 2), customers);
    const commits = Array.from({ length: chunk.length / perCommit }, (_, i) =>
      chunk.slice(i * perCommit, (i + 1) * perCommit),
    );
    const began = performance.now();
    const write = async () => {
      for (let commit = commits.pop(); commit !== undefined; commit = commits.pop()) {
        const start = performance.now();
        if (spent + start - began > millis / ROUNDS) return;
        await append(commit);
        latencies.push(performance.now() - start);
        events += perCommit;
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    spent += performance.now() - began;
  }
  rates.push((events * 1000) / spent);
}

/** The median of the rounds, and percentiles of all commits. */
function rateOf({ rates, latencies }: Subject): Rate {
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return {
    eventsPerSecond: Math.round(percentile(rates, 0.5)),
    p50: rounded(percentile(latencies, 0.5)),
    p99: rounded(percentile(latencies, 0.99)),
  };
}

const table: Record<string, unknown>[] = [];
for (const stored of numbers(values.stored)) {
  const store = await EmbeddedEventStore.open({ folder: copyOf(await embeddedFolder(stored), 'embedded') });
  const plainly =
    values.plain === 'yes' ? new PlainLog(copyOf(await plainFolder(stored), 'plain')) : undefined;
  const file = new RawFile(join(CACHE, 'raw'));
  for (const perCommit of numbers(values['per-commit'])) {
    const append = (events: NewEvent[]) => store.append({ events });
    const subjects = {
      one: subject(append),
      raw: subject((events) => file.append(events)),
      sixteen: subject(append, 16),
      plain: subject((events) => plainly?.append(events)),
    };
    for (let n = 0; n < ROUNDS; n++) {
      for (const each of [subjects.one, subjects.raw, subjects.sixteen])
        await round(each, perCommit, customersOf(stored));
      if (plainly !== undefined) await round(subjects.plain, perCommit, customersOf(stored));
    }
    const [one, raw] = [rateOf(subjects.one), rateOf(subjects.raw)];
    const plainRate = plainly === undefined ? NaN : rateOf(subjects.plain).eventsPerSecond;
    table.push({
      stored,
      'per commit': perCommit,
      'events/s': one.eventsPerSecond,
      'p50 ms': one.p50,
      'p99 ms': one.p99,
      '16 writers': rateOf(subjects.sixteen).eventsPerSecond,
      'raw + fdatasync': raw.eventsPerSecond,
      'of raw': Math.round((100 * one.eventsPerSecond) / raw.eventsPerSecond) / 100,
      'plain layout': plainRate,
      '× plain': Math.round((10 * one.eventsPerSecond) / plainRate) / 10,
    });
  }
  await store.close();
  plainly?.close();
  file.close();
}
for (const left of ['run-embedded', 'run-plain', 'raw'])
  rmSync(join(CACHE, left), { recursive: true, force: true });

console.log(
  `Durable appends of events of ${touchpoints(1, 1)[0]!.bytes.length} bytes; one writer unless said otherwise; medians of ${ROUNDS} rounds.`,
);
console.log(machine());
console.table(table);
writeFileSync(values.out, JSON.stringify({ machine: machine(), table }, null, 2));
console.log(`written to ${values.out}`);

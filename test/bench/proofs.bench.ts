import { randomBytes } from 'node:crypto';
// Question: what does the log's tree cost an event, a checkpoint, a proof, and verifying the whole log?
// Limit, in the same run: reading the same events and hashing them once (SHA-256), which every such tree has to do.
// Run: node dist/test/bench/proofs.bench.js [events]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventReader, EmbeddedEventStore, SqliteTreeStore } from '#engines/sqlite';
import { sha256, START } from '#event-sourcing';
import { openCheckpoint, publicKeyOf, signCheckpoint, verifierOf } from '#ledger';
import { LogProofs, LogTree, verifyLog } from '#proofs';
import { newEvent } from '../kit/new-events.js';
import { machine, percentile } from './machine.js';

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const BATCH = 5_000;
const PROOFS = 1_000;
const ORIGIN = 'cx-ledger/bench/first';
/** As long as a touchpoint with a description: some 420 bytes. */
const CONTENT = 'x'.repeat(320);

const seed = randomBytes(32);
const folder = mkdtempSync(join(tmpdir(), 'cx-proofs-bench-'));

/** Microseconds of processor for each. */
async function cost(what: string, each: number, work: () => Promise<unknown>): Promise<number> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  const micros = (user + system) / each;
  const seconds = (performance.now() - start) / 1_000;
  console.log(
    `${what.padEnd(52)} ${micros.toFixed(2).padStart(8)} µs of processor each, ${seconds.toFixed(1)} s in all`,
  );
  return micros;
}

async function fill(): Promise<void> {
  const store = await EmbeddedEventStore.open({ folder });
  for (let from = 0; from < EVENTS; from += BATCH) {
    const length = Math.min(BATCH, EVENTS - from);
    const events = Array.from({ length }, (_, i) =>
      newEvent(`customer-default.C-${(from + i) % 20_000}`, `${from + i}`, { content: CONTENT }),
    );
    await store.append({ events });
  }
  await store.close();
}

try {
  console.log(JSON.stringify(machine()));
  await fill();
  const events = await EmbeddedEventReader.open({ folder });
  const store = await SqliteTreeStore.open({ folder });
  const limit = await cost('limit: reading the events, one SHA-256 each', EVENTS, async () => {
    for (let after = START, atEnd = false; !atEnd;) {
      const page = await events.readAll({ after, limit: 4_096 });
      for (const { bytes } of page.events) sha256(bytes);
      [after, atEnd] = [page.scannedTo, page.atEnd];
    }
  });
  const tree = await LogTree.open({
    ...{ events, store, origin: ORIGIN, clock: Date },
    sign: (checkpoint) => signCheckpoint(checkpoint, seed),
  });
  const grown = await cost('growing the tree, a checkpoint every 4,096 events', EVENTS, async () => {
    while (!(await tree.step()));
  });
  console.log(`  ${(grown / limit).toFixed(2)} times the limit`);
  const writing = await EmbeddedEventStore.open({ folder });
  let next = EVENTS;
  const waits: number[] = [];
  const used = process.cpuUsage();
  for (let i = 0; i < 200; i++) {
    await writing.append({ events: [newEvent('customer-default.C-1', `${next++}`, { content: CONTENT })] });
    const start = performance.now();
    await tree.step();
    waits.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(used);
  console.log(
    `one event, its append and a checkpoint: ${((user + system) / 200).toFixed(0)} µs of processor; the checkpoint takes ` +
      `${percentile(waits, 0.5).toFixed(2)} ms (p50), ${percentile(waits, 0.99).toFixed(2)} ms (p99)`,
  );
  await writing.close();
  const proofs = new LogProofs(events, store);
  await cost('a proof of inclusion in the whole tree', PROOFS, async () => {
    for (let i = 0; i < PROOFS; i++) await proofs.inclusion(Math.floor((i * EVENTS) / PROOFS));
  });
  await cost('a proof of consistency with the whole tree', PROOFS, async () => {
    for (let i = 0; i < PROOFS; i++) await proofs.consistency(Math.floor((i * EVENTS) / PROOFS));
  });
  const checkpoint = openCheckpoint((await store.checkpoint())!, [verifierOf(ORIGIN, publicKeyOf(seed))]);
  await cost('verifying the log against its tree', EVENTS, async () => {
    const { found } = await verifyLog({ events, store, checkpoints: [checkpoint] });
    if (found > 0) throw new Error('the log is not what was signed');
  });
  await Promise.all([store.close(), events.close()]);
  const bytes = statSync(join(folder, 'proofs.sqlite')).size / EVENTS;
  console.log(`proofs.sqlite: ${bytes.toFixed(1)} bytes an event`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedEventStore } from '#event-store';
import type { Run } from './figures.js';
import { CACHE, customersOf, embeddedFolder } from './seeded-folder.js';
import { touchpoints } from './touchpoints.js';

const PER_COMMIT = 100;
const WRITERS = 16;
const EVENTS = 50_000;

interface Round {
  readonly wall: number;
  readonly processor: number;
}

/** What appending costs on a store of a million events, and on one of ten. The stores grow by what is measured. */
export async function storedSection(run: Run): Promise<void> {
  const sizes = [1_000_000, 10_000_000].filter((size) => size === 1_000_000 || !run.quick || isThere(size));
  const stores = [];
  for (const size of sizes) {
    run.say(`stored: opening the store of ${size} events`);
    stores.push({
      size,
      rounds: [] as Round[],
      store: await EmbeddedEventStore.open({ folder: await embeddedFolder(size) }),
    });
  }
  const rounds = run.quick ? 2 : 6;
  for (let round = 0; round <= rounds; round++) {
    run.say(`stored: round ${round} of ${rounds}`);
    for (const { size, store, rounds: measured } of stores) {
      const cost = await append(store, size);
      // The first one fills the caches.
      if (round > 0) measured.push(cost);
    }
  }
  for (const { store } of stores) await store.close();
  const best = (measured: readonly Round[], what: keyof Round) =>
    Math.min(...measured.map((each) => each[what]));
  const [small] = stores;
  for (const { size, rounds: measured } of stores) {
    const [value, base] = [best(measured, 'wall'), best(small!.rounds, 'wall')];
    const [own, first] = [best(measured, 'processor'), best(small!.rounds, 'processor')];
    run.add({
      bench: 'stored',
      what: `append on ${size.toLocaleString('en')} events, ${PER_COMMIT} a commit, ${WRITERS} writers`,
      value,
      unit: 'µs/event',
      cost: { main: NaN, all: own },
      ...(size !== small!.size && {
        limit: { what: 'µs/event on 1,000,000', value: base },
        goal: { text: '≤ 1.3 ×', met: value / base <= 1.3 },
        note: `processor time ${(own / first).toFixed(2)} ×`,
      }),
      rounds: measured.map((each) => each.wall),
    });
  }
}

const isThere = (size: number) => existsSync(join(CACHE, `embedded-${size}`));

/** Microseconds an event, by the clock and of processor time of all threads. */
async function append(store: EmbeddedEventStore, size: number): Promise<Round> {
  const events = touchpoints(EVENTS, customersOf(size));
  let from = 0;
  const processor = process.cpuUsage();
  const began = performance.now();
  const write = async () => {
    for (; from < EVENTS;) {
      const commit = events.slice(from, (from += PER_COMMIT));
      await store.append({ events: commit });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  const wall = ((performance.now() - began) * 1_000) / EVENTS;
  const { user, system } = process.cpuUsage(processor);
  return { wall, processor: (user + system) / EVENTS };
}

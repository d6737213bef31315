import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedEventStore } from '#engines/sqlite';
import type { Figure, Run } from './figures.js';
import { CACHE, customersOf, embeddedFolder } from './seeded-folder.js';
import { touchpoints } from './touchpoints.js';

const PER_COMMIT = 100;
const WRITERS = 16;
const EVENTS = 50_000;

interface Round {
  readonly wall: number;
  readonly processor: number;
}

interface Subject {
  readonly stored: number;
  /** Among how many the appended events are spread. */
  readonly customers: number;
  readonly store: EmbeddedEventStore;
  readonly rounds: Round[];
}

const CUSTOMERS = customersOf(1_000_000);
/** Rounds that bring the customers' ends into memory. */
const WARMING = 3;

/**
 * What appending costs on a store of a million events, and on one of ten, to the same number of customers; and to ten
 * times as many, most of which have not been heard of since the store was opened. The stores grow by what is measured.
 */
export async function storedSection(run: Run): Promise<void> {
  const subjects: Subject[] = [];
  const stores = new Map<number, EmbeddedEventStore>();
  for (const [stored, customers] of [
    [1_000_000, CUSTOMERS],
    [10_000_000, CUSTOMERS],
    [10_000_000, 10 * CUSTOMERS],
  ] as const) {
    if (run.quick && stored > 1_000_000 && !isThere(stored)) continue;
    run.say(`stored: opening the store of ${stored} events`);
    const store =
      stores.get(stored) ?? (await EmbeddedEventStore.open({ folder: await embeddedFolder(stored) }));
    stores.set(stored, store);
    subjects.push({ stored, customers, store, rounds: [] });
  }
  const rounds = run.quick ? 2 : 6;
  for (const { store, customers } of subjects.filter((subject) => subject.customers === CUSTOMERS))
    for (let round = 0; round < WARMING; round++) await append(store, customers);
  for (let round = 1; round <= rounds; round++) {
    run.say(`stored: round ${round} of ${rounds}`);
    for (const { store, customers, rounds: measured } of subjects)
      measured.push(await append(store, customers));
  }
  for (const store of stores.values()) await store.close();
  for (const subject of subjects) run.add(figureOf(subject, subjects[0]!));
}

const best = (measured: readonly Round[], what: keyof Round) =>
  Math.min(...measured.map((each) => each[what]));

function figureOf({ stored, customers, rounds }: Subject, base: Subject): Figure {
  const [value, first] = [best(rounds, 'wall'), best(base.rounds, 'wall')];
  const own = best(rounds, 'processor');
  return {
    bench: 'stored',
    what: `append to ${customers.toLocaleString('en')} customers on ${stored.toLocaleString('en')} events, ${PER_COMMIT} a commit, ${WRITERS} writers`,
    value,
    unit: 'µs/event',
    cost: { main: NaN, all: own },
    ...(stored !== base.stored && { limit: { what: 'µs/event on 1,000,000', value: first } }),
    ...(stored !== base.stored &&
      customers === base.customers && { goal: { text: '≤ 1.3 ×', met: value / first <= 1.3 } }),
    ...(stored !== base.stored && {
      note: `processor time ${(own / best(base.rounds, 'processor')).toFixed(2)} ×`,
    }),
    rounds: rounds.map((each) => each.wall),
  };
}

const isThere = (size: number) => existsSync(join(CACHE, `embedded-${size}`));

/** Microseconds an event, by the clock and of processor time of all threads. */
async function append(store: EmbeddedEventStore, customers: number): Promise<Round> {
  const events = touchpoints(EVENTS, customers);
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

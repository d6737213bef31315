import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openTreeStore } from '#engines';
import { ACCESS_TYPE, canonicalJson, storedPosition } from '#event-sourcing';
import type { Json } from '#event-sourcing';
import type { StoredEvent } from '#event-store';
import type { AccessEntry } from '#journey';
import { accessKeysOf, type TreeStore } from '#proofs';
import { MemoryTreeStore } from '../../../../test/kit/memory-tree-store.js';
import {
  type AccessFilter,
  type AccessPlace,
  type AccessSources,
  recordedAccesses,
} from './recorded-access.js';

const START = Date.UTC(2026, 0, 31);
type Entry = Pick<AccessEntry, 'subject' | 'action' | 'customer'>;

/** The events of one tenant's accesses, recorded a minute apart; those of an event were so many minutes before. */
function eventsOf(groups: readonly (readonly Entry[])[], waited: readonly number[] = []): StoredEvent[] {
  return groups.map((entries, revision) => {
    const timeOf = (minute: number) => new Date(START + minute * 60_000).toISOString();
    const at = timeOf(revision - (waited[revision] ?? 0));
    const data = { entries: entries.map((entry, no) => ({ ...entry, at, requestId: `${revision}/${no}` })) };
    const event = { tenant: 'shop', recordedAt: timeOf(revision), data, type: ACCESS_TYPE };
    const bytes = Buffer.from(canonicalJson(event as unknown as Json));
    return {
      bytes,
      revision,
      position: storedPosition(BigInt(revision + 1)),
      stream: 'access-shop',
    } as StoredEvent;
  });
}

/** The sources with an index over the events from `first` to `last`; how many events are read is counted. */
async function sourcesOf(events: readonly StoredEvent[], tree: TreeStore, [first, last]: readonly number[]) {
  await tree.begin('log');
  const progress = { origin: 'log', size: 0, position: storedPosition(0n) };
  const accesses = events.slice(first, last! + 1).map((event) => accessKeysOf(event)!);
  await tree.extend({ from: 0, progress, tiles: [], accesses, checkpoint: '', day: '' });
  const count = { read: 0 };
  const store = {
    streamHead: async () => (events.length === 0 ? 'no-stream' : events.length - 1),
    readStream: async (_: string, from: number, limit: number) => {
      count.read += Math.min(limit, events.length - from);
      return events.slice(from, from + limit);
    },
  };
  return { sources: { store, index: tree } as unknown as AccessSources, count };
}

async function allPages(sources: AccessSources, filter: AccessFilter, limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let place: AccessPlace | undefined; ;) {
    const { items, next } = await recordedAccesses(sources, 'shop', filter, { limit, place });
    found.push(...items.map(({ entry }) => entry.requestId));
    if (next === null) return found;
    place = next;
  }
}

const word = (...words: string[]) => fc.constantFrom(...words);
const entry = fc.record(
  { subject: word('k1', 'k2'), action: word('read', 'open'), customer: word('C-1', 'C-2', 'C-3') },
  { requiredKeys: ['subject', 'action'] },
) as fc.Arbitrary<Entry>;
const question = fc.record(
  {
    customers: fc.subarray(['C-1', 'C-2', 'C-9'], { minLength: 1 }).map((ids) => new Set(ids)),
    ...{ actor: word('k1', 'k3'), action: word('read', 'open') },
    ...{ from: fc.integer({ min: 0, max: 30 }), to: fc.integer({ min: 0, max: 30 }) },
  },
  { requiredKeys: [] },
);

describe.each([
  ['in memory', async () => ({ tree: new MemoryTreeStore() as TreeStore, folder: '' })],
  [
    'in SQLite',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'cx-access-'));
      return { tree: await openTreeStore(folder), folder };
    },
  ],
])('13.2: accesses found by an index %s', (_, open) => {
  it('are those that reading everything finds, whatever the index covers and however late they were recorded', async () => {
    const { tree, folder } = await open();
    const groups = fc.array(fc.array(entry, { minLength: 1, maxLength: 4 }), { maxLength: 30 });
    const range = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
    const waits = fc.array(fc.nat(20), { minLength: 30, maxLength: 30 });
    const asks = fc.record({
      all: groups,
      asked: question,
      covered: range,
      waits,
      limit: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(asks, fc.boolean(), async ({ all, asked, covered, waits: given, limit }, isLate) => {
        const waited = isLate ? given : [];
        const events = eventsOf(all, waited);
        // What was recorded late is found where the index covers it.
        const { sources } = await sourcesOf(events, tree, isLate ? [0, all.length] : covered);
        const time = (minute: number | undefined) =>
          minute === undefined ? undefined : START + minute * 60_000;
        const filter = { ...asked, from: time(asked.from), to: time(asked.to) } as AccessFilter;
        const wanted = all.flatMap((entries, recorded) =>
          entries.flatMap(({ subject, action, customer }, no) => {
            const minute = recorded - (waited[recorded] ?? 0);
            return (asked.customers === undefined ||
              (customer !== undefined && asked.customers.has(customer))) &&
              (asked.actor === undefined || subject === asked.actor) &&
              (asked.action === undefined || action === asked.action) &&
              (asked.from === undefined || minute >= asked.from) &&
              (asked.to === undefined || minute <= asked.to)
              ? [`${recorded}/${no}`]
              : [];
          }),
        );
        expect(await allPages(sources, filter, limit)).toEqual(wanted.reverse());
      }),
    );
    await tree.close();
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  it('are read alone: of 5,000 events with one that fits, that one and what the index does not cover', async () => {
    const { tree, folder } = await open();
    const events = eventsOf(
      Array.from({ length: 5_000 }, (_one, i) => [
        { subject: 'k1', action: 'read', customer: i === 17 ? 'rare' : `C-${i}` },
      ]),
    );
    const { sources, count } = await sourcesOf(events, tree, [0, 4_996]);
    const filter = { customers: new Set(['rare']), actor: 'k1' };
    const page = await recordedAccesses(sources, 'shop', filter, { limit: 50, place: undefined });
    expect([page.items.map(({ event }) => event.revision), page.next, count.read]).toEqual([[17], null, 4]);
    await tree.close();
    if (folder !== '') rmSync(folder, { recursive: true });
  });
});

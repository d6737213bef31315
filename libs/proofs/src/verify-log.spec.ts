import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson, eventIdOf, type Position, StoreFault, storedPosition } from '#event-sourcing';
import type { Json } from '#event-sourcing';
import { EventReader, type ReadAllOptions, type ReadPage, type StoredEvent } from '#event-store';
import { type Checkpoint, openCheckpoint, publicKeyOf, signCheckpoint, verifierOf } from '#ledger';
import { MemoryTreeStore } from '../../../test/kit/memory-tree-store.js';
import { LogTree } from './log-tree.js';
import { verifyLog } from './verify-log.js';

const ORIGIN = 'cx-ledger/test/first';
const seed = randomBytes(32);
const verifiers = [verifierOf(ORIGIN, publicKeyOf(seed))];

/** An event as it would be stored; `note` is its content. */
function eventBytes(i: number, note = 'as recorded', more: Record<string, Json> = {}): Uint8Array {
  return Buffer.from(
    canonicalJson({
      eventId: eventIdOf('default', '/test', `e-${i}`),
      ...{ tenant: 'default', customer: 'c-1', source: '/test', id: `e-${i}` },
      recordedAt: new Date(Date.UTC(2026, 0, 5) + i).toISOString(),
      data: { note },
      ...more,
    }),
  );
}

/** A log whose bytes anybody may change; positions are ten apart, as no store promises that they are dense. */
class OpenLog extends EventReader {
  readonly events: Uint8Array[];
  unreadable = -1;

  constructor(count: number) {
    super();
    this.events = Array.from({ length: count }, (_, i) => eventBytes(i));
  }

  override readAll({ after, limit }: ReadAllOptions): Promise<ReadPage> {
    const from = Number(after) / 10;
    const to = Math.min(from + limit, this.events.length);
    if (this.unreadable >= from && this.unreadable < to)
      return Promise.reject(new StoreFault('store-damaged', 'a checksum is wrong'));
    const events = this.events.slice(from, to).map((bytes, i) => this.stored(from + i, bytes));
    const scannedTo = events.at(-1)?.position ?? after;
    return Promise.resolve({ events, scannedTo, atEnd: to === this.events.length });
  }

  override readAt(position: Position): Promise<StoredEvent | undefined> {
    const index = Number(position) / 10 - 1;
    const bytes = this.events[index];
    return Promise.resolve(bytes && this.stored(index, bytes));
  }

  override head = () => Promise.resolve(storedPosition(this.events.length * 10));
  override distance = (from: Position, to: Position) => Promise.resolve(Number(to - from) / 10);
  override positionAt = () => this.head();
  override readStream = () => Promise.resolve([]);
  override close = () => Promise.resolve();

  private stored(entry: number, bytes: Uint8Array): StoredEvent {
    return { entry, revision: entry, position: storedPosition((entry + 1) * 10), bytes };
  }
}

const COUNT = 3_000;

describe('verifying a log', () => {
  let log: OpenLog;
  let store: MemoryTreeStore;
  let checkpoint: Checkpoint;

  const grow = async () => {
    const tree = await LogTree.open({
      ...{ events: log, store, origin: ORIGIN, sign: (tree) => signCheckpoint(tree, seed) },
      clock: { now: () => Date.UTC(2026, 0, 5) },
    });
    while (!(await tree.step()));
  };
  const signed = async () => openCheckpoint((await store.checkpoint())!, verifiers);
  const verify = (more: { full?: boolean; against?: Checkpoint } = {}) =>
    verifyLog({
      events: log,
      store,
      checkpoints: [checkpoint, ...(more.against === undefined ? [] : [more.against])],
      full: more.full,
    });
  const named = async (more: Parameters<typeof verify>[0] = {}) =>
    (await verify(more)).findings.map(({ kind, entry }) => `${kind} ${entry}`);

  beforeEach(async () => {
    log = new OpenLog(COUNT);
    store = new MemoryTreeStore();
    await grow();
    checkpoint = await signed();
  });

  it('finds nothing in the log that was signed, nor in one that has grown since', async () => {
    expect(await verify({ full: true })).toMatchObject({ entries: COUNT, findings: [], found: 0 });
    for (let i = 0; i < 700; i++) log.events.push(eventBytes(COUNT + i));
    expect(await verify({ full: true })).toMatchObject({ entries: COUNT + 700, found: 0 });
  });

  it('names an event that was edited, with its entry and position', async () => {
    log.events[1_234] = eventBytes(1_234, 'as somebody wishes');
    expect((await verify()).findings).toEqual([
      {
        kind: 'changed',
        entry: 1_234,
        position: 12_350n,
        detail: 'its bytes are not those that were recorded: it was changed or replaced',
      },
    ]);
  });

  it('names a single byte that was changed in the first and in the last event', async () => {
    for (const i of [0, COUNT - 1]) log.events[i] = Buffer.from(log.events[i]!).fill('x', 20, 21);
    expect(await named()).toEqual(['changed 0', `changed ${COUNT - 1}`]);
  });

  it('names an event that was removed, and nothing behind it', async () => {
    log.events.splice(2_047, 1);
    expect(await named()).toEqual(['removed 2047']);
  });

  it('names each of several that were removed in different places', async () => {
    log.events.splice(2_900, 3);
    log.events.splice(10, 2);
    expect(await named()).toEqual(['removed 10', 'removed 2898']);
  });

  it('names events that were put between others', async () => {
    log.events.splice(500, 0, eventBytes(9_001), eventBytes(9_002));
    expect(await named()).toEqual(['inserted 500']);
  });

  it('names two events that have changed places', async () => {
    [log.events[100], log.events[130]] = [log.events[130]!, log.events[100]!];
    expect(await named()).toEqual(['swapped 100']);
  });

  it('names the first event that a shortened log lacks', async () => {
    log.events.splice(2_500);
    expect(await named()).toEqual(['missing 2500']);
  });

  it('names an event that was replaced by another one', async () => {
    log.events[42] = eventBytes(9_042);
    expect(await named()).toEqual(['changed 42']);
  });

  it('names what cannot be read, and compares what follows in the next tile', async () => {
    log.unreadable = 1_100;
    log.events[900] = eventBytes(900, 'edited');
    log.events[1_500] = eventBytes(1_500, 'edited');
    const { findings } = await verify();
    expect(findings.map(({ kind, entry }) => `${kind} ${entry}`)).toEqual([
      'changed 900',
      'unreadable 1100',
      'changed 1500',
    ]);
    expect(findings[1]!.detail).toBe(
      'cannot be read: a checksum is wrong; entries 1101 to 1279 could not be compared',
    );
  });

  it('shows a log that was rewritten together with its tree against a checkpoint that was kept elsewhere', async () => {
    const kept = checkpoint;
    log.events[1_000] = eventBytes(1_000, 'rewritten');
    store = new MemoryTreeStore();
    await grow();
    checkpoint = await signed();
    expect(await named()).toEqual([]);
    expect(await named({ against: kept })).toEqual(['forked 0']);
  });

  it('shows a fork of two logs with one beginning, and accepts the checkpoint of that beginning', async () => {
    const early = checkpoint;
    for (let i = 0; i < 40; i++) log.events.push(eventBytes(COUNT + i));
    await grow();
    const late = await signed();
    log.events.splice(COUNT, 40, ...Array.from({ length: 60 }, (_, i) => eventBytes(7_000 + i)));
    store = new MemoryTreeStore();
    await grow();
    checkpoint = await signed();
    expect(await named({ against: early })).toEqual([]);
    expect(await named({ against: late })).toEqual(['forked 0']);
  });

  it('tells a damaged tree from a changed log', async () => {
    const tile = store.tiles.get('0/3')!;
    store.tiles.set('0/3', { ...tile, hashes: Buffer.from(tile.hashes).fill(0, 64, 65) });
    expect(await named()).toEqual(['tree-damaged 770']);
  });

  it('names at most twenty findings, and counts all of them', async () => {
    for (let i = 0; i < 60; i += 2) log.events[i] = eventBytes(i, 'edited');
    const { findings, found } = await verify();
    expect([findings.length, found]).toEqual([20, 30]);
  });

  it.each([
    ['is not JSON', () => Buffer.from('{')],
    [
      'is not canonical JSON (RFC 8785)',
      (i: number) => Buffer.from(` ${Buffer.from(eventBytes(i)).toString()}`),
    ],
    ['its id is not that of source /test and id other', (i: number) => eventBytes(i, '', { id: 'other' })],
    [
      'recordedAt 2026-01-04T00:00:00.000Z is before that of the event before it',
      (i: number) => eventBytes(i, '', { recordedAt: '2026-01-04T00:00:00.000Z' }),
    ],
  ])('in full, says of an event by itself that it %s', async (detail, bytesOf) => {
    log.events[77] = bytesOf(77);
    const { findings } = await verify({ full: true });
    expect(findings).toContainEqual({ kind: 'malformed', entry: 77, position: 780n, detail });
  });
});

describe('growing the tree of a log', () => {
  it('goes on after a restart and refuses a log that ends earlier or ends otherwise', async () => {
    const log = new OpenLog(1_000);
    const store = new MemoryTreeStore();
    const open = () =>
      LogTree.open({
        ...{ events: log, store, origin: ORIGIN, sign: (tree) => signCheckpoint(tree, seed) },
        clock: { now: () => Date.UTC(2026, 0, 5) },
      });
    await (await open()).step();
    for (let i = 0; i < 300; i++) log.events.push(eventBytes(1_000 + i));
    await (await open()).step();
    const { entries, found, root } = await verifyLog({ events: log, store, checkpoints: [] });
    expect([entries, found]).toEqual([1_300, 0]);
    const { root: signedRoot } = openCheckpoint((await store.checkpoint())!, verifiers);
    expect(Buffer.compare(root, signedRoot)).toBe(0);

    const last = log.events.pop()!;
    await expect(open()).rejects.toMatchObject({ code: 'log-shortened', details: { entry: 1_299 } });
    log.events.push(eventBytes(1_299, 'another'));
    await expect(open()).rejects.toMatchObject({ code: 'log-changed', details: { entry: 1_299 } });
    log.events.splice(1_299, 1, last);
    expect((await open()).size).toBe(1_300);
  });

  it('refuses a second one that grows the same tree', async () => {
    const log = new OpenLog(10);
    const store = new MemoryTreeStore();
    const parts = {
      ...{ events: log, store, origin: ORIGIN, sign: (tree: Checkpoint) => signCheckpoint(tree, seed) },
      clock: { now: () => Date.UTC(2026, 0, 5) },
    };
    const first = await LogTree.open(parts);
    const second = await LogTree.open(parts);
    await first.step();
    await expect(second.step()).rejects.toMatchObject({ code: 'tree-fenced' });
  });

  it('begins anew for another log, and keeps the last checkpoint of each day', async () => {
    const log = new OpenLog(10);
    const store = new MemoryTreeStore();
    let now = Date.UTC(2026, 0, 5);
    const open = (origin: string) =>
      LogTree.open({
        events: log,
        store,
        origin,
        sign: (tree) => signCheckpoint(tree, seed),
        clock: { now: () => now },
      });
    await (await open(ORIGIN)).step();
    now = Date.UTC(2026, 0, 6);
    await (await open('cx-ledger/test/second')).step();
    const kept = await store.checkpoints(10);
    expect(kept.map(({ day, note }) => [day, note.split('\n')[0]])).toEqual([
      ['2026-01-06', 'cx-ledger/test/second'],
      ['2026-01-05', ORIGIN],
    ]);
  });
});

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Overloaded, START, storedPosition } from '#event-sourcing';
import { type AppendOutcome } from '#event-store';
import { newEvent, newEvents } from '../../../../../test/kit/new-events.js';
import { until } from '../../../../../test/kit/until.js';
import { EmbeddedEventReader } from './event-reader.js';
import { EmbeddedEventStore, type EmbeddedOptions } from './event-store.js';
import { InjectedFault } from './injected-fault.js';

let root: string;
let folder: string;
let store: EmbeddedEventStore | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cx-events-'));
  folder = join(root, 'data');
});

afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(root, { recursive: true });
});

const open = async (options: Partial<EmbeddedOptions> = {}) =>
  (store = await EmbeddedEventStore.open({ folder, ...options }));

const close = async () => {
  await store?.close();
  store = undefined;
};

const statuses = (outcomes: readonly AppendOutcome[]) => outcomes.map(({ status }) => status);
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('opening an embedded event store', () => {
  it('makes the folder, with those above it', async () => {
    folder = join(root, 'a', 'b');
    await open();
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['index', 'lock', 'log.sqlite']));
  });

  it('refuses a folder that a store of this process has open, and takes it when that is closed', async () => {
    await open();
    await expect(EmbeddedEventStore.open({ folder })).rejects.toMatchObject({
      code: 'store-locked',
      message: `the folder ${folder} is in use by another process: stop it, or use another folder`,
    });
    await close();
    await open();
  });

  it('refuses a folder that another process has open', async () => {
    await open();
    const module = new URL('../index.js', import.meta.url).href;
    const script = `const { EmbeddedEventStore } = await import(${JSON.stringify(module)});
      await EmbeddedEventStore.open({ folder: ${JSON.stringify(folder)} }).then(() => 'opened', (e) => e.code).then(console.log);
      process.exit(0);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('store-locked');
  });

  it('says that a folder cannot be made where a file stands', async () => {
    writeFileSync(folder, 'a file');
    await expect(open()).rejects.toMatchObject({ code: 'store-not-writable' });
  });

  it('says that a log is damaged which is no database', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'log.sqlite'), 'x'.repeat(10_000));
    await expect(open()).rejects.toMatchObject({ code: 'store-damaged' });
  });

  it('says which block is damaged when its bytes have changed', async () => {
    await open();
    await store!.append({ events: [newEvent('s', '1', { content: 'unmistakable' })] });
    await close();
    damage('unmistakable');
    const reader = await EmbeddedEventReader.open({ folder });
    await expect(reader.readAll({ after: START, limit: 10 })).rejects.toMatchObject({
      code: 'store-damaged',
      details: { position: 1 },
    });
    await reader.close();
  });

  it('leaves no thread behind when it finds the damage on the way to a new index', async () => {
    await open();
    await store!.append({ events: [newEvent('s', '1', { content: 'unmistakable' })] });
    await close();
    damage('unmistakable');
    rmSync(join(folder, 'index'), { recursive: true });
    const threads = () => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;
    await until('the threads of the store have ended', () => threads() === 0);
    await expect(open()).rejects.toMatchObject({ code: 'store-damaged' });
    await until('the threads of the refused store have ended', () => threads() === 0);
  });

  /** Changes one bit of the log where it says `text`. */
  function damage(text: string): void {
    const path = join(folder, 'log.sqlite');
    const bytes = readFileSync(path);
    bytes[bytes.indexOf(text)]! ^= 1;
    writeFileSync(path, bytes);
  }
});

describe('the index of an embedded event store', () => {
  const memtableEvents = 20;

  /** 300 events in 3 streams, closed; the index lies in several files. */
  async function filled(): Promise<void> {
    await open({ memtableEvents });
    for (const i of range(30)) {
      await store!.append({
        events: range(10).map((j) =>
          newEvent(`s${j % 3}`, `${i}-${j}`, { type: j === 7 ? `rare-${i % 5}` : 'often' }),
        ),
      });
    }
    await close();
  }

  /** Everything that takes the index is answered right, and every repeat is known. */
  async function expectComplete(): Promise<void> {
    const again = await store!.append({
      events: range(30).flatMap((i) => range(10).map((j) => newEvent(`s${j % 3}`, `${i}-${j}`))),
    });
    expect(new Set(statuses(again))).toEqual(new Set(['duplicate']));
    expect(again.map((outcome) => (outcome as { position: bigint }).position)).toEqual(
      range(300).map((i) => BigInt(i + 1)),
    );
    expect(await store!.streamHead('s0')).toBe(119);
    expect((await store!.readStream('s1', 10, 80)).map(({ revision }) => revision)).toEqual(
      range(80).map((i) => i + 10),
    );
    const rare = await store!.readAll({ after: storedPosition(100n), limit: 2, types: ['rare-3'] });
    expect(rare.events.map(({ entry }) => entry)).toEqual([137, 187]);
    const [next] = await store!.append({ events: [newEvent('s0', 'next')] });
    expect(next).toEqual({ status: 'recorded', position: 301n, revision: 120 });
  }

  it('is merged, so that there are few files', async () => {
    await filled();
    expect(readdirSync(join(folder, 'index')).length).toBeLessThanOrEqual(8);
    await open({ memtableEvents });
    await expectComplete();
  });

  it('is made anew, with progress told, when it is gone', async () => {
    await filled();
    rmSync(join(folder, 'index'), { recursive: true });
    const told: [number, number][] = [];
    await open({ memtableEvents, onProgress: (done, total) => told.push([done, total]) });
    expect(told.at(-1)).toEqual([300, 300]);
    await expectComplete();
  });

  it('is made anew from where a file is torn', async () => {
    await filled();
    const last = newestRun();
    truncateSync(last, readFileSync(last).length - 5);
    await open({ memtableEvents });
    await expectComplete();
  });

  it('is made anew from where a file has other bytes than were written', async () => {
    await filled();
    const last = newestRun();
    const bytes = readFileSync(last);
    bytes[600]! ^= 1;
    writeFileSync(last, bytes);
    await open({ memtableEvents });
    await expectComplete();
  });

  it('is made anew when it is ahead of the log', async () => {
    await filled();
    cpSync(join(folder, 'index'), join(root, 'ahead'), { recursive: true });
    const { storeId } = await open({ memtableEvents });
    await store!.append({ events: newEvents('s0', 'x', 100) });
    await close();
    cpSync(join(folder, 'index'), join(root, 'ahead'), { recursive: true });
    // The log as it was before, as a lost disk's backup would bring it back.
    rmSync(folder, { recursive: true });
    await filled();
    rmSync(join(folder, 'index'), { recursive: true });
    cpSync(join(root, 'ahead'), join(folder, 'index'), { recursive: true });
    await open({ memtableEvents });
    expect(store!.storeId).not.toBe(storeId);
    await expectComplete();
  });

  it('C14: removes only the files that it made, and follows no link', async () => {
    await filled();
    const index = join(folder, 'index');
    const outside = join(root, 'outside');
    mkdirSync(join(outside, 'deep'), { recursive: true });
    writeFileSync(join(outside, 'deep', 'theirs'), 'theirs');
    mkdirSync(join(index, 'notes'));
    writeFileSync(join(index, 'notes', 'mine.txt'), 'mine');
    writeFileSync(join(index, 'readme.txt'), 'mine');
    // Named like segments, but a folder, a link to a folder and a link to a file.
    mkdirSync(join(index, '0-901.run'));
    symlinkSync(join(outside, 'deep'), join(index, '0-902.run'));
    symlinkSync(join(outside, 'deep', 'theirs'), join(index, '0-320.run.new'));
    writeFileSync(join(index, '0-904.run'), 'a torn segment');
    await open({ memtableEvents });
    await expectComplete();
    await close();
    expect(readdirSync(index)).toEqual(
      expect.arrayContaining(['notes', 'readme.txt', '0-901.run', '0-902.run', '0-320.run.new']),
    );
    expect(readdirSync(index)).not.toContain('0-904.run');
    expect(readFileSync(join(index, 'notes', 'mine.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(join(outside, 'deep', 'theirs'), 'utf8')).toBe('theirs');
  });

  it('C14: is refused where its folder is a link to another, which stays as it is', async () => {
    await filled();
    const outside = join(root, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, '0-9.run'), 'theirs');
    rmSync(join(folder, 'index'), { recursive: true });
    symlinkSync(outside, join(folder, 'index'));
    await expect(open({ memtableEvents })).rejects.toMatchObject({
      code: 'store-not-writable',
      message: expect.stringContaining('symbolic link') as unknown,
    });
    expect(readFileSync(join(outside, '0-9.run'), 'utf8')).toBe('theirs');
  });

  function newestRun(): string {
    const names = readdirSync(join(folder, 'index')).sort(
      (a, b) => Number(b.split('-')[0]) - Number(a.split('-')[0]),
    );
    return join(folder, 'index', names[0]!);
  }
});

describe('C13: an embedded event store with a damaged place', () => {
  const memtableEvents = 4;
  /** 40 events, one in each commit and block, all in segments. */
  async function filled(): Promise<void> {
    await open({ memtableEvents });
    for (const i of range(40))
      await store!.append({ events: [newEvent(`s${i % 4}`, `e${i}`, { content: `content of ${i}.` })] });
    await close();
  }
  const flip = (path: string, at: (bytes: Buffer) => number) => {
    const bytes = readFileSync(path);
    bytes[at(bytes)]! ^= 1;
    writeFileSync(path, bytes);
  };
  const repeat = (i: number) => newEvent(`s${i % 4}`, `e${i}`, { content: `content of ${i}.` });

  it('answers it to the repeat of the damaged event alone, in a commit with many others', async () => {
    await filled();
    flip(join(folder, 'log.sqlite'), (bytes) => bytes.indexOf('content of 17.'));
    await open({ memtableEvents });
    const outcomes = await Promise.all([
      ...range(40).map((i) => store!.append({ events: [repeat(i)] })),
      ...range(20).map((i) => store!.append({ events: [newEvent(`n${i}`, `new${i}`)] })),
      store!.append({ events: [newEvent('n', 'with'), repeat(17), repeat(3)] }),
      store!.append({ events: [newEvent('n', 'atomic'), repeat(17)], atomic: true }),
    ]);
    const expected = range(40).map((i) => [i === 17 ? 'damaged' : 'duplicate']);
    expect(outcomes.map(statuses)).toEqual([
      ...expected,
      ...range(20).map(() => ['recorded']),
      ['recorded', 'damaged', 'duplicate'],
      ['abandoned', 'damaged'],
    ]);
    await expect(store!.readAt(storedPosition(18n))).rejects.toMatchObject({ code: 'store-damaged' });
    expect(await store!.readStream('s0', 0, 100)).toHaveLength(10);
    await expect(store!.readStream('s1', 0, 100)).rejects.toMatchObject({ code: 'store-damaged' });
  });

  it('opens, and goes on recording, when the newest event is the damaged one', async () => {
    await filled();
    flip(join(folder, 'log.sqlite'), (bytes) => bytes.indexOf('content of 39.'));
    await open({ memtableEvents });
    expect(await store!.lastRecordedAt()).toBe(newEvent('s', 'x').recordedAt);
    expect(
      statuses(await store!.append({ events: [newEvent('s3', 'next'), repeat(39), repeat(38)] })),
    ).toEqual(['recorded', 'damaged', 'duplicate']);
  });

  it('finds a wrong position in its index out, and has it right again after a restart', async () => {
    await filled();
    await open({ memtableEvents });
    const index = join(folder, 'index');
    // A merge could still read what is to be damaged.
    await until('the segments are merged', () => readdirSync(index).length < 4);
    const id = Buffer.from(repeat(5).eventId.replaceAll('-', ''), 'hex');
    const holds = (name: string) => readFileSync(join(index, name)).includes(id);
    // The position stands behind the four words of the id.
    flip(join(index, readdirSync(index).find(holds)!), (bytes) => bytes.indexOf(id) + 16);
    expect(statuses(await store!.append({ events: [repeat(5), repeat(6), newEvent('s', 'new')] }))).toEqual([
      'damaged',
      'duplicate',
      'recorded',
    ]);
    await close();
    await open({ memtableEvents });
    expect(statuses(await store!.append({ events: [repeat(5)] }))).toEqual(['duplicate']);
  });
});

describe('an embedded event store under pressure', () => {
  it('refuses what its queue cannot take, takes nothing of it, and takes it later', async () => {
    await open({ queueEvents: 100 });
    const first = store!.append({ events: newEvents('s', 'a', 80) });
    const refused = store!.append({ events: newEvents('s', 'b', 30) });
    await expect(refused).rejects.toBeInstanceOf(Overloaded);
    await expect(refused).rejects.toMatchObject({ retryAfterSeconds: 1 });
    expect(await first).toHaveLength(80);
    expect(await store!.streamHead('s')).toBe(79);
    expect(await store!.append({ events: newEvents('s', 'b', 30) })).toHaveLength(30);
  });

  it('counts bytes as well', async () => {
    await open({ queueBytes: 1000 });
    const first = store!.append({ events: newEvents('s', 'a', 9) });
    await expect(store!.append({ events: newEvents('s', 'b', 9) })).rejects.toBeInstanceOf(Overloaded);
    await first;
  });

  it('takes one request that is larger than its queue', async () => {
    await open({ queueEvents: 10, groupEvents: 5, memtableEvents: 16 });
    expect(new Set(statuses(await store!.append({ events: newEvents('s', 'a', 500) })))).toEqual(
      new Set(['recorded']),
    );
    expect(await store!.streamHead('s')).toBe(499);
  });
});

describe('an embedded event store whose disk fails', () => {
  const faults = () => new Int32Array(new SharedArrayBuffer(4));

  it.each([
    ['full', InjectedFault.full, 'store-full'],
    ['failing', InjectedFault.inputOutput, 'store-failed'],
    ['read-only', InjectedFault.readOnly, 'store-not-writable'],
  ])(
    'tells the writers when it is %s, loses nothing, and goes on when it is well',
    async (_, fault, code) => {
      const disk = faults();
      await open({ faults: disk });
      await store!.append({ events: newEvents('s', 'before', 3) });
      disk[0] = fault;
      const failing = range(5).map((i) =>
        store!.append({
          events: [newEvent('s', `during-${i}`), newEvent(`new-${i}`, `n-${i}`, { type: `new-${i}` })],
        }),
      );
      for (const result of await Promise.allSettled(failing)) {
        expect(result).toMatchObject({ status: 'rejected', reason: { code } });
      }
      expect(await store!.head()).toBe(3n);
      expect(await store!.streamHead('s')).toBe(2);
      disk[0] = InjectedFault.none;
      const outcomes = await store!.append({
        events: [newEvent('s', 'during-0'), newEvent('new-0', 'n-0', { type: 'new-0' })],
      });
      expect(outcomes).toEqual([
        { status: 'recorded', position: 4n, revision: 3 },
        { status: 'recorded', position: 5n, revision: 0 },
      ]);
      await close();
      await open();
      const page = await store!.readAll({ after: START, limit: 10, types: ['new-0'] });
      expect(page.events.map(({ entry }) => entry)).toEqual([4]);
    },
  );
});

describe('C12: whether events could be recorded now', () => {
  it('is denied after a commit failed, and granted again when one works, without an append', async () => {
    const disk = new Int32Array(new SharedArrayBuffer(4));
    await open({ faults: disk });
    await store!.checkWritable();
    disk[0] = InjectedFault.full;
    await expect(store!.append({ events: [newEvent('s', 'a')] })).rejects.toMatchObject({
      code: 'store-full',
    });
    await expect(store!.checkWritable()).rejects.toMatchObject({ code: 'store-full' });
    disk[0] = InjectedFault.none;
    await store!.checkWritable();
    expect(await store!.head()).toBe(START);
    expect(statuses(await store!.append({ events: [newEvent('s', 'a')] }))).toEqual(['recorded']);
  });

  it('is denied while the index cannot be written', async () => {
    await open({ memtableEvents: 4 });
    await store!.append({ events: newEvents('s', 'a', 4) });
    const index = join(folder, 'index');
    await until('the first segment is written', () => readdirSync(index).length > 0);
    renameSync(index, join(root, 'away'));
    await store!.append({ events: newEvents('s', 'b', 4) });
    await until('the failure is known', async () =>
      store!.checkWritable().then(
        () => false,
        (error: { code: string }) => error.code === 'store-not-writable',
      ),
    );
    renameSync(join(root, 'away'), index);
    await store!.checkWritable();
  });
});

describe('an embedded event store on a small disk', () => {
  const disk = mkdtempSync(join(tmpdir(), 'cx-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'cx', disk]).status === 0;
  if (!mounted) process.stdout.write('a full disk skipped: mounting one is not permitted here\n');
  afterAll(() => {
    if (mounted) spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });

  (mounted ? it : it.skip)(
    'refuses when it is full, keeps what it has, and goes on when there is room',
    async () => {
      folder = join(disk, 'data');
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(1024 * 1024));
      await open();
      let recorded = 0;
      const fill = async () => {
        for (;;)
          recorded += (await store!.append({ events: newEvents('s', `full-${recorded}`, 100) })).length;
      };
      await expect(fill()).rejects.toMatchObject({ code: 'store-full' });
      expect(recorded).toBeGreaterThan(0);
      expect(await store!.streamHead('s')).toBe(recorded - 1);
      rmSync(ballast);
      const [next] = await store!.append({ events: [newEvent('s', 'next')] });
      expect(next).toEqual({ status: 'recorded', position: BigInt(recorded + 1), revision: recorded });
      await close();
      await open();
      expect(await store!.streamHead('s')).toBe(recorded);
    },
  );
});

describe('reading while the store writes', () => {
  it('shows another connection each commit as soon as it is acknowledged', async () => {
    await open();
    const reader = await EmbeddedEventReader.open({ folder });
    expect(await reader.head()).toBe(START);
    for (const i of range(5)) {
      await store!.append({ events: newEvents('s', `c${i}`, 2) });
      expect(await reader.head()).toBe(BigInt(2 * i + 2));
    }
    const types = ['cx.Other.v1'];
    await store!.append({ events: [newEvent('s', 'other', { type: types[0]!, at: Date.UTC(2030, 0) })] });
    expect(
      (await reader.readAll({ after: START, limit: 10, types })).events.map(({ entry }) => entry),
    ).toEqual([10]);
    expect(await reader.positionAt(Date.UTC(2029, 0))).toBe(10n);
    expect(await reader.readAll({ after: storedPosition(4n), limit: 3 })).toMatchObject({
      scannedTo: 7n,
      atEnd: false,
    });
    await reader.close();
  });
});

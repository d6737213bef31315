import { copyFileSync, cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { START, storedPosition } from '#event-sourcing';
import { idOf, newEvents } from '../../../../../test/kit/new-events.js';
import { openSideStores } from '../side-stores.js';
import { acceptLoss } from './accept-loss.js';
import { EmbeddedEventStore } from './event-store.js';

let root: string;
let folder: string;
let store: EmbeddedEventStore | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cx-loss-'));
  folder = join(root, 'data');
});
afterEach(async () => {
  await close();
  rmSync(root, { recursive: true });
});

const open = async (memtableEvents = 1_000) =>
  (store = await EmbeddedEventStore.open({ folder, memtableEvents }));
const close = async () => {
  await store?.close();
  store = undefined;
};
const log = () => join(folder, 'log.sqlite');
const ids = async () =>
  (await store!.readAll({ after: START, limit: 100 })).events.map(({ bytes }) => idOf(bytes));

/** Five events in the log's file; a copy of it as a backup; then fifteen more. */
async function grown(memtableEvents?: number): Promise<void> {
  await open(memtableEvents);
  await store!.append({ events: newEvents('s', 'early', 5) });
  await close();
  copyFileSync(log(), join(root, 'backup'));
  await open(memtableEvents);
  await store!.append({ events: newEvents('s', 'late', 15) });
}

const restoreBackup = () => {
  for (const suffix of ['-wal', '-shm']) rmSync(log() + suffix, { force: true });
  copyFileSync(join(root, 'backup'), log());
};

const shortened = (recorded: number, head: number) => ({
  code: 'log-shortened',
  message: expect.stringContaining(`cx accept-loss --data ${folder}`) as unknown,
  details: { recorded, head },
});

describe('C10: a log that lost events', () => {
  it('is refused when its write-ahead log is gone, also at the moment of the last acknowledgement', async () => {
    await grown();
    // As a crash leaves the folder, but for the file.
    cpSync(folder, join(root, 'crashed'), { recursive: true });
    await close();
    folder = join(root, 'crashed');
    for (const suffix of ['-wal', '-shm']) rmSync(log() + suffix, { force: true });
    await expect(open()).rejects.toMatchObject(shortened(20, 5));
    // And again: nothing was changed by the first attempt.
    await expect(open()).rejects.toMatchObject(shortened(20, 5));
  });

  it('is refused when an older one was put back', async () => {
    await grown();
    await close();
    restoreBackup();
    await expect(open()).rejects.toMatchObject(shortened(20, 5));
  });

  it('is refused by what the index knows, where the note of its end is gone too', async () => {
    await grown(4);
    await close();
    restoreBackup();
    rmSync(join(folder, 'log.head'));
    await expect(open(4)).rejects.toMatchObject(shortened(20, 5));
  });

  it('is refused when it has grown to the same length elsewhere, with other events', async () => {
    await grown();
    await close();
    const here = folder;
    folder = join(root, 'elsewhere');
    cpSync(here, folder, { recursive: true });
    restoreBackup();
    for (const name of ['log.head', 'index']) rmSync(join(folder, name), { recursive: true });
    await open();
    await store!.append({ events: newEvents('s', 'other', 15) });
    await close();
    copyFileSync(log(), join(here, 'log.sqlite'));
    folder = here;
    await expect(open()).rejects.toMatchObject(shortened(20, 20));
  });

  it('goes on in a new epoch once the loss is accepted, under its old id', async () => {
    await grown(4);
    const { storeId, epoch } = store!;
    await close();
    restoreBackup();
    const accepted = acceptLoss(folder);
    expect(accepted).toMatchObject({ head: 5, recorded: 20 });
    await open(4);
    expect(store!.storeId).toBe(storeId);
    expect(store!.epoch).toBe(accepted.epoch);
    expect(store!.epoch).not.toBe(epoch);
    expect(await ids()).toEqual(['early-0', 'early-1', 'early-2', 'early-3', 'early-4']);
    const [again] = await store!.append({ events: newEvents('s', 'late', 1) });
    expect(again).toEqual({ status: 'recorded', position: 6n, revision: 5 });
    await close();
    await open(4);
    expect(store!.epoch).toBe(accepted.epoch);
  });

  it('is accepted only where something is lost, and where there is a log', async () => {
    await grown();
    await close();
    expect(() => acceptLoss(folder)).toThrow(expect.objectContaining({ code: 'nothing-lost' }));
    expect(() => acceptLoss(join(root, 'nowhere'))).toThrow(
      expect.objectContaining({ code: 'store-absent' }),
    );
    await open();
    expect(() => acceptLoss(folder)).toThrow(expect.objectContaining({ code: 'store-locked' }));
  });

  it('is not suspected because the note of its end is old, torn or missing', async () => {
    await grown();
    await close();
    const note = join(folder, 'log.head');
    copyFileSync(note, join(root, 'note'));
    for (const change of [
      () => rmSync(note),
      () => truncateSync(note, 100),
      () => writeFileSync(note, Buffer.alloc(256, 1)),
      () => copyFileSync(join(root, 'note'), note),
    ]) {
      change();
      await open();
      await store!.append({ events: newEvents('s', `more-${change.toString().length}`, 1) });
      await close();
    }
  });

  it('has relay positions of its own in each epoch; those of an earlier version belong to the first', async () => {
    const { operations } = await openSideStores({ operations: { folder: root } });
    const first = operations.relayPositionsOf({ storeId: 'a', epoch: 'first' });
    await first.set('cx.recorded', storedPosition(20n));
    const second = operations.relayPositionsOf({ storeId: 'a', epoch: 'second' });
    expect(await second.get('cx.recorded')).toBe(START);
    expect(await operations.relayPositionsOf({ storeId: 'b', epoch: 'first' }).get('cx.recorded')).toBe(
      START,
    );
    await second.set('cx.recorded', storedPosition(3n));
    expect([await first.get('cx.recorded'), await second.get('cx.recorded')]).toEqual([20n, 3n]);
    await operations.close();
  });
});

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from './database.js';
import { EmbeddedEventStore } from './event-log/event-store.js';
import { openSideStores } from './side-stores.js';
import { filesBelow } from '../../../../test/kit/folder-files.js';
import { newEvents } from '../../../../test/kit/new-events.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cx-database-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every file below the folder with its permissions. */
const modes = () => Object.fromEntries(filesBelow(folder).map(({ path, mode }) => [path, mode.toString(8)]));

describe('C18: the files of a data folder that others may enter', () => {
  it('are made for their owner alone, by every store', async () => {
    const options = {
      keys: { folder, masterKey: Buffer.alloc(32, 7) },
      access: { folder },
      operations: { folder },
    };
    const { keys, access, operations } = await openSideStores(options);
    await keys.ensure([{ tenant: 'default', customer: 'ada' }]);
    const store = await EmbeddedEventStore.open({ folder, memtableEvents: 8 });
    for (let i = 0; i < 8; i++) await store.append({ events: newEvents('s', `a${i}`, 8) });
    const opened = modes();
    for (const file of [
      'log.sqlite',
      'log.sqlite-wal',
      'lock',
      'keys.sqlite',
      'access.sqlite',
      'operations.sqlite',
    ])
      expect(Object.keys(opened)).toContain(file);
    expect(new Set(Object.values(opened))).toEqual(new Set(['600']));
    await Promise.all([store.close(), keys.close(), access.close(), operations.close()]);
    const closed = modes();
    expect(Object.keys(closed).some((name) => name.endsWith('.run'))).toBe(true);
    expect(new Set(Object.values(closed))).toEqual(new Set(['600']));
  });

  it('are taken from others where an earlier version left them readable', () => {
    const file = join(folder, 'log.sqlite');
    const before = new DatabaseSync(file);
    before.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)');
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
    openDatabase(file).close();
    expect(new Set(Object.values(modes()))).toEqual(new Set(['600']));
    before.close();
  });

  it('keep the locks that this process holds on them', () => {
    const file = join(folder, 'lock');
    const holder = openDatabase(file, 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    expect(() => openDatabase(file, 'BEGIN EXCLUSIVE')).toThrow('locked');
    const script = `
      const { DatabaseSync } = require('node:sqlite');
      try { new DatabaseSync(${JSON.stringify(file)}).exec('BEGIN EXCLUSIVE'); console.log('taken'); }
      catch (error) { console.log(error.message); }`;
    const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('database is locked');
    holder.close();
  });
});

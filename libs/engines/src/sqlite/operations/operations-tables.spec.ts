import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { START, storedPosition } from '#event-sourcing';
import { openOperations } from './operations-tables.js';
import { RelayTable } from './relay-table.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cx-operations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('takes over a file that knew nothing of who retried a dead letter', () => {
  const file = join(folder, 'operations.sqlite');
  const before = new DatabaseSync(file);
  before.exec(`
    CREATE TABLE dead_letter (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, arrived_at INTEGER NOT NULL,
      origin TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, sealed TEXT NOT NULL, customer TEXT,
      retry_at INTEGER, attempts INTEGER NOT NULL, state TEXT NOT NULL, position TEXT, UNIQUE (tenant, origin)
    ) STRICT;
    INSERT INTO dead_letter VALUES
      (1, 'a', 'default', 5, 'kafka t/0@1', 'x', '{"code":"x","detail":"why"}', 'sealed', NULL, NULL, 2, 'waiting', NULL);
  `);
  before.close();

  for (let opened = 1; opened <= 2; opened++) {
    const [database, letters] = openOperations(file);
    const { retriedAt, retriedBy, attempts } = letters.get('default', 'a')!;
    expect({ retriedAt, retriedBy, attempts }).toEqual(
      opened === 1
        ? { retriedAt: null, retriedBy: null, attempts: 2 }
        : { retriedAt: 7, retriedBy: 'somebody', attempts: 3 },
    );
    if (opened === 1) letters.retried([{ id: 'a', at: 7, by: 'somebody', position: '9' }]);
    database.close();
  }
});

it('C10: takes the relay position of an earlier version for the first epoch, and for no other', () => {
  const file = join(folder, 'operations.sqlite');
  const before = new DatabaseSync(file);
  before.exec(`
    CREATE TABLE relay (name TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO relay VALUES ('cx.recorded', '17');
  `);
  before.close();
  const [database] = openOperations(file);
  const relays = new RelayTable(database);
  const positionIn = (storeId: string, epoch: string) => relays.get({ storeId, epoch }, 'cx.recorded');
  expect([positionIn('s', 'first'), positionIn('s', 'later')]).toEqual([17n, START]);
  relays.set({ storeId: 's', epoch: 'first' }, 'cx.recorded', storedPosition(18n));
  expect([positionIn('s', 'first'), positionIn('other', 'first')]).toEqual([18n, START]);
  database.close();
});
